package afpacket

import (
	"os"

	"golang.org/x/sys/unix"
)

// A Device is an interface as the kernel knows it by its name.
type Device struct {
	Index    int
	Hardware uint16 // ARPHRD_ value
	Up       bool
}

// Device looks up an interface in the network namespace of the ring.
func (r *Ring) Device(name string) (Device, error) {
	request, err := unix.NewIfreq(name)
	if err != nil {
		return Device{}, unix.ENODEV // longer than names are
	}
	var d Device
	for _, ask := range []struct {
		code uint
		take func()
	}{
		{unix.SIOCGIFINDEX, func() { d.Index = int(request.Uint32()) }},
		{unix.SIOCGIFHWADDR, func() { d.Hardware = request.Uint16() }},
		{unix.SIOCGIFFLAGS, func() { d.Up = request.Uint16()&unix.IFF_UP != 0 }},
	} {
		if err := unix.IoctlIfreq(r.socket, ask.code, request); err != nil {
			return Device{}, os.NewSyscallError("ioctl", err)
		}
		ask.take()
	}
	return d, nil
}

// Name returns the name of an interface in the network namespace of the ring.
func (r *Ring) Name(index int) (string, error) {
	request, err := unix.NewIfreq("")
	if err != nil {
		return "", err
	}
	request.SetUint32(uint32(index))
	if err := unix.IoctlIfreq(r.socket, unix.SIOCGIFNAME, request); err != nil {
		return "", os.NewSyscallError("ioctl", err)
	}
	return request.Name(), nil
}
