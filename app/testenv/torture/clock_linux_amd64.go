//go:build linux

package main

import (
	"bufio"
	"bytes"
	"debug/elf"
	endian "encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// clock is a process's wall clock, and a hand on it. A Go program asks the kernel's vDSO for the time and never the C
// library, so what libfaketime does with a library is done here in the process's own copy of the vDSO.
type clock struct {
	memory *os.File // /proc/PID/mem
	code   int64    // where it begins
	used   byte     // which of the two cells the code reads
}

// code stands in for clock_gettime: ask the kernel; if it was the wall clock, add the seconds of the cell in use. Which one
// that is stands in a single byte, so that no reader ever sees half of a new time.
//
//	mov eax, 228; syscall; test edi, edi; jnz +21; movzx ecx, byte [rip+22]; lea rdx, [rip+23]; mov rdx, [rdx+8*rcx];
//	add [rsi], rdx; ret
var code = []byte{
	0xb8, 228, 0, 0, 0, 0x0f, 0x05, 0x85, 0xff, 0x75, 21, 0x0f, 0xb6, 0x0d, 22, 0, 0, 0, 0x48, 0x8d, 0x15, 23, 0, 0, 0,
	0x48, 0x8b, 0x14, 0xca, 0x48, 0x01, 0x16, 0xc3,
}

// Where the choice and the cells lie behind the start of code, and where they end.
const (
	choiceOffset = 40
	cellOffset   = 48
	codeEnd      = 64
)

// startWithClock starts cmd with a clock that can be set. The process is stopped at its first instruction meanwhile.
func startWithClock(cmd *exec.Cmd, ahead time.Duration) (*clock, error) {
	runtime.LockOSThread() // the thread that starts a traced process is its tracer
	defer runtime.UnlockOSThread()
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Ptrace = true
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	pid := cmd.Process.Pid
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(pid, &status, 0, nil); err != nil {
		return nil, err
	}
	c, err := openClock(pid)
	if err == nil {
		err = c.set(ahead)
	}
	return c, errors.Join(err, syscall.PtraceDetach(pid))
}

func openClock(pid int) (*clock, error) {
	start, end, err := vdso(pid)
	if err != nil {
		return nil, err
	}
	memory, err := os.OpenFile(fmt.Sprintf("/proc/%d/mem", pid), os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	image := make([]byte, end-start)
	if _, err := memory.ReadAt(image, start); err != nil {
		return nil, err
	}
	f, err := elf.NewFile(bytes.NewReader(image))
	if err != nil {
		return nil, err
	}
	symbols, err := f.DynamicSymbols()
	if err != nil {
		return nil, err
	}
	for _, s := range symbols {
		if s.Name == "__vdso_clock_gettime" {
			if s.Size < codeEnd {
				return nil, fmt.Errorf("clock_gettime has %d bytes, too few", s.Size)
			}
			whole := make([]byte, codeEnd)
			copy(whole, code)
			_, err := memory.WriteAt(whole, start+int64(s.Value))
			return &clock{memory: memory, code: start + int64(s.Value)}, err
		}
	}
	return nil, errors.New("the vDSO has no clock_gettime")
}

func vdso(pid int) (start, end int64, err error) {
	maps, err := os.Open(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		return 0, 0, err
	}
	defer maps.Close()
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		if strings.HasSuffix(lines.Text(), "[vdso]") {
			_, err := fmt.Sscanf(lines.Text(), "%x-%x", &start, &end)
			return start, end, err
		}
	}
	return 0, 0, errors.New("the process has no vDSO")
}

// set puts the process's wall clock that far ahead of the machine's; behind it, if negative.
func (c *clock) set(ahead time.Duration) error {
	var cell [8]byte
	endian.LittleEndian.PutUint64(cell[:], uint64(int64(ahead/time.Second)))
	next := 1 - c.used
	if _, err := c.memory.WriteAt(cell[:], c.code+cellOffset+8*int64(next)); err != nil {
		return err
	}
	_, err := c.memory.WriteAt([]byte{next}, c.code+choiceOffset)
	c.used = next
	return err
}

func (c *clock) close() { _ = c.memory.Close() }
