/* bcryptprimitives.dll for Wine 8, which has none, while Go's programs ask it for random numbers. Of Windows it is a part; it is made
   and used by the tests alone. */
#include <windows.h>

BOOLEAN WINAPI SystemFunction036(PVOID, ULONG); /* RtlGenRandom, of advapi32 */

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length) { return SystemFunction036(data, (ULONG)length); }
