/* Another program of the same person, for the tests: it says whether it may read the memory of the process that has a window of the class
   in argv[1], and of itself; with "close" behind that it closes the window, as a logoff does. */
#include <stdio.h>
#include <string.h>
#include <windows.h>

static const char *memory(DWORD pid) {
	HANDLE process = OpenProcess(PROCESS_VM_READ, FALSE, pid);
	if (!process) return "closed";
	CloseHandle(process);
	return "open";
}

int main(int argc, char **argv) {
	DWORD pid = 0;
	HWND window = argc > 1 ? FindWindowA(argv[1], NULL) : NULL;
	if (!window) return 1;
	GetWindowThreadProcessId(window, &pid);
	printf("theirs %s, mine %s\n", memory(pid), memory(GetCurrentProcessId()));
	if (argc > 2 && !strcmp(argv[2], "close")) PostMessageA(window, WM_CLOSE, 0, 0);
	return 0;
}
