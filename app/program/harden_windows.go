package program

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// Harden keeps the memory of this process, in which tokens are, from whatever else the person runs without being an administrator:
// they may look who it is, wait for it and end it. Windows writes no dumps of a program that did not ask for them.
func Harden() {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return
	}
	owner, err := windows.StringToSid("S-1-3-4") // OWNER RIGHTS: without an entry for them, the owner may change this list again
	if err != nil {
		return
	}
	acl, err := windows.ACLFromEntries([]windows.EXPLICIT_ACCESS{
		allow(user.User.Sid, windows.SYNCHRONIZE|windows.PROCESS_QUERY_LIMITED_INFORMATION|windows.PROCESS_TERMINATE),
		allow(owner, windows.READ_CONTROL),
	}, nil)
	if err == nil {
		_ = windows.SetSecurityInfo(windows.CurrentProcess(), windows.SE_KERNEL_OBJECT, windows.DACL_SECURITY_INFORMATION, nil, nil, acl, nil)
	}
}

func allow(who *windows.SID, what windows.ACCESS_MASK) windows.EXPLICIT_ACCESS {
	return windows.EXPLICIT_ACCESS{
		AccessPermissions: what, AccessMode: windows.SET_ACCESS,
		Trustee: windows.TRUSTEE{TrusteeForm: windows.TRUSTEE_IS_SID, TrusteeType: windows.TRUSTEE_IS_USER, TrusteeValue: windows.TrusteeValue(unsafe.Pointer(who))},
	}
}
