// What the package for fleets has its installer do with agents, from a library inside of it: a command of its own would show a console to
// whoever works there. freshkey.nsi does the same for the setup.
#include <windows.h>
#include <msi.h>
#include <msiquery.h>
#include <stdio.h>
#include <wchar.h>

#define ROOM 1024

static const WCHAR ran[] = L"RanBefore"; // the profiles whose agents quit, each with a blank behind it; the default one is a dot

static void property(MSIHANDLE package, const WCHAR *name, WCHAR *value)
{
	DWORD room = ROOM;

	if (MsiGetPropertyW(package, name, value, &room) != ERROR_SUCCESS)
		*value = 0;
}

// installed is the path of a program, or "" if it is not there.
static void installed(MSIHANDLE package, const WCHAR *program, WCHAR *path)
{
	WCHAR folder[ROOM];

	property(package, L"INSTALLDIR", folder);
	_snwprintf(path, ROOM - 1, L"%ls%ls", folder, program);
	path[ROOM - 1] = 0;
	if (GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES)
		*path = 0;
}

// start starts a program with arguments for a profile, and shows no console for it.
static HANDLE start(MSIHANDLE package, const WCHAR *program, const WCHAR *arguments, const WCHAR *profile)
{
	WCHAR path[ROOM], line[2 * ROOM + 64];
	STARTUPINFOW how = {.cb = sizeof how};
	PROCESS_INFORMATION it;

	installed(package, program, path);
	if (!*path)
		return NULL;
	if (*profile == L'.')
		_snwprintf(line, 2 * ROOM, L"\"%ls\" %ls", path, arguments);
	else
		_snwprintf(line, 2 * ROOM, L"\"%ls\" --profile \"%ls\" %ls", path, profile, arguments);
	line[2 * ROOM] = 0;
	if (!CreateProcessW(path, line, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &how, &it))
		return NULL;
	CloseHandle(it.hThread);
	return it.hProcess;
}

// tell runs a command for a profile, waits a minute at most, and notes the profile if it did as it was told.
static void tell(MSIHANDLE package, const WCHAR *command, const WCHAR *profile, WCHAR *done)
{
	HANDLE it = start(package, L"freshkey.exe", command, profile);
	WCHAR word[MAX_PATH + 3];
	DWORD code = 1;

	if (!it)
		return;
	_snwprintf(word, MAX_PATH + 3, L" %ls ", profile);
	if (WaitForSingleObject(it, 60000) == WAIT_OBJECT_0 && GetExitCodeProcess(it, &code) && code == 0 && !wcsstr(done, word) && wcslen(done) + wcslen(word) < ROOM)
		wcscat(done, word + 1);
	CloseHandle(it);
}

static void tell_each(MSIHANDLE package, const WCHAR *command, WCHAR *done)
{
	WCHAR data[ROOM], pattern[ROOM + 32];
	WIN32_FIND_DATAW found;
	HANDLE all;

	tell(package, command, L".", done);
	property(package, L"LocalAppDataFolder", data);
	_snwprintf(pattern, ROOM + 31, L"%lsfreshkey\\profiles\\*", data);
	all = FindFirstFileW(pattern, &found);
	if (all == INVALID_HANDLE_VALUE)
		return;
	do
		if (*found.cFileName != L'.')
			tell(package, command, found.cFileName, done);
	while (FindNextFileW(all, &found));
	FindClose(all);
}

// writable waits until a program can be replaced, for three seconds at most.
static BOOL writable(MSIHANDLE package, const WCHAR *program)
{
	WCHAR path[ROOM];
	HANDLE file;
	int i;

	installed(package, program, path);
	for (i = 0; *path && i < 30; i++, Sleep(100)) {
		file = CreateFileW(path, GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
		if (file != INVALID_HANDLE_VALUE) {
			CloseHandle(file);
			return TRUE;
		}
	}
	return !*path;
}

// StartAgents starts those that ran before.
__declspec(dllexport) UINT __stdcall StartAgents(MSIHANDLE package)
{
	WCHAR profiles[ROOM], *profile;
	HANDLE it;

	property(package, ran, profiles);
	for (profile = wcstok(profiles, L" "); profile; profile = wcstok(NULL, L" ")) {
		it = start(package, L"freshkey-window.exe", L"--background", profile);
		if (it)
			CloseHandle(it);
	}
	return ERROR_SUCCESS;
}

// QuitAgents asks running agents to quit, which see through what they have sent and close their windows. It asks again, because a window that
// was just opened starts its agent anew.
__declspec(dllexport) UINT __stdcall QuitAgents(MSIHANDLE package)
{
	WCHAR profiles[ROOM] = L" ";
	MSIHANDLE message;
	int i;

	for (i = 0; i < 4; i++) {
		tell_each(package, L"quit", profiles);
		MsiSetPropertyW(package, ran, profiles);
		if (writable(package, L"freshkey.exe") && writable(package, L"freshkey-window.exe"))
			return ERROR_SUCCESS;
	}
	message = MsiCreateRecord(1);
	MsiRecordSetStringW(message, 0, L"Freshkey still runs, and its files cannot be replaced. Quit it in its tray, then try again.");
	MsiProcessMessage(package, INSTALLMESSAGE_ERROR, message);
	MsiCloseHandle(message);
	StartAgents(package);
	return ERROR_INSTALL_FAILURE;
}

// NoMoreAtLogin turns the start at login off, of a program that is about to go, and takes what its notices wrote out of the registry.
__declspec(dllexport) UINT __stdcall NoMoreAtLogin(MSIHANDLE package)
{
	WCHAR profiles[ROOM] = L" ";

	tell_each(package, L"autostart off", profiles);
	RegDeleteTreeW(HKEY_CURRENT_USER, L"Software\\Classes\\AppUserModelId\\Freshkey");
	return ERROR_SUCCESS;
}
