package desktop

import (
	"context"
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	powrprof = windows.NewLazySystemDLL("powrprof.dll")

	registerSuspendResume   = powrprof.NewProc("PowerRegisterSuspendResumeNotification")
	unregisterSuspendResume = powrprof.NewProc("PowerUnregisterSuspendResumeNotification")
	powerCreateRequest      = kernel32.NewProc("PowerCreateRequest")
	powerSetRequest         = kernel32.NewProc("PowerSetRequest")
	powerClearRequest       = kernel32.NewProc("PowerClearRequest")
)

// From powrprof.h, winuser.h, winnt.h and minwinbase.h.
const (
	deviceNotifyCallback = 2
	apmSuspend           = 0x04 // PBT_APMSUSPEND
	apmResumeSuspend     = 0x07 // PBT_APMRESUMESUSPEND
	apmResumeAutomatic   = 0x12 // PBT_APMRESUMEAUTOMATIC

	simpleReason            = 1 // POWER_REQUEST_CONTEXT_SIMPLE_STRING
	requestSystemRequired   = 1 // PowerRequestSystemRequired
	requestExecutionNeeded  = 3 // PowerRequestExecutionRequired
	noRequest               = ^uintptr(0)
	addressFamilyOfBothKind = 0 // AF_UNSPEC
)

// windowsPower hears of sleep, waking and addresses by callbacks of the system's.
type windowsPower struct{}

// watched is who hears of power and network. Callbacks cannot be given back to the system's loader: there is one of each, and they
// look here.
var (
	watched struct {
		mu            sync.Mutex // guards what follows
		slept, online func()
		power         uintptr        // 0 if sleep is not told of
		addresses     windows.Handle // 0 if addresses are not
	}
	powerCallback = sync.OnceValue(func() uintptr {
		return windows.NewCallback(func(_, kind, _ uintptr) uintptr {
			if kind == apmSuspend || kind == apmResumeSuspend || kind == apmResumeAutomatic {
				watched.mu.Lock()
				heard := watched.slept
				watched.mu.Unlock()
				if heard != nil {
					heard()
				}
			}
			return 0
		})
	})
	addressCallback = sync.OnceValue(func() uintptr {
		return windows.NewCallback(func(_, _, _ uintptr) uintptr {
			watched.mu.Lock()
			heard := watched.online
			watched.mu.Unlock()
			if heard != nil {
				heard()
			}
			return 0
		})
	})
)

// subscription is a DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS.
type subscription struct{ callback, context uintptr }

func (*windowsPower) Watch(ctx context.Context, slept, online func()) {
	watched.mu.Lock()
	watched.slept, watched.online = slept, online
	watched.mu.Unlock()
	var power uintptr
	if registerSuspendResume.Find() == nil {
		_, _, _ = registerSuspendResume.Call(deviceNotifyCallback, uintptr(unsafe.Pointer(&subscription{callback: powerCallback()})), uintptr(unsafe.Pointer(&power)))
	}
	var addresses windows.Handle // 0 if that fails
	_ = windows.NotifyUnicastIpAddressChange(addressFamilyOfBothKind, addressCallback(), nil, false, &addresses)
	watched.mu.Lock()
	watched.power, watched.addresses = power, addresses
	watched.mu.Unlock()
	<-ctx.Done()
	watched.mu.Lock()
	watched.slept, watched.online, watched.power, watched.addresses = nil, nil, 0, 0
	watched.mu.Unlock()
	if power != 0 {
		_, _, _ = unregisterSuspendResume.Call(power)
	}
	if addresses != 0 {
		_ = windows.CancelMibChangeNotify2(addresses)
	}
}

func (*windowsPower) Sources() (sleep, network string) {
	watched.mu.Lock()
	defer watched.mu.Unlock()
	if watched.power != 0 {
		sleep = "Windows"
	}
	if watched.addresses != 0 {
		network = "Windows"
	}
	return sleep, network
}

// reasonContext is a REASON_CONTEXT with a simple string.
type reasonContext struct {
	version, flags uint32
	reason         *uint16
	_              [2]uintptr // the other member of its union is larger
}

// Inhibit makes a power request, which "powercfg /requests" shows with its reason.
func (*windowsPower) Inhibit(_ context.Context, why string) func() {
	text, err := windows.UTF16PtrFromString(why)
	if err != nil || powerCreateRequest.Find() != nil {
		return func() {}
	}
	request, _, _ := powerCreateRequest.Call(uintptr(unsafe.Pointer(&reasonContext{flags: simpleReason, reason: text})))
	if request == 0 || request == noRequest {
		return func() {}
	}
	for _, kind := range []uintptr{requestSystemRequired, requestExecutionNeeded} {
		_, _, _ = powerSetRequest.Call(request, kind)
	}
	return func() {
		for _, kind := range []uintptr{requestSystemRequired, requestExecutionNeeded} {
			_, _, _ = powerClearRequest.Call(request, kind)
		}
		_ = windows.CloseHandle(windows.Handle(request))
	}
}

func (*windowsPower) Close() {}
