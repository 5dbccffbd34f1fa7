//go:build linux

package linux

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// host is a network namespace of its own. Its only way out is a TUN
// device: what its kernel sends there, a relay reads. Nothing of it is left when
// the process ends.
type host struct {
	address   string
	namespace int // a file descriptor
	tun       int // likewise
}

// sysctls say what a host has that the machine's defaults might not be.
// Buffers stay as the kernel tunes them.
func sysctls(timestamps bool) map[string]string {
	on := map[bool]string{true: "1", false: "0"}
	return map[string]string{
		"ipv4/tcp_sack": "1", "ipv4/tcp_dsack": "1", "ipv4/tcp_recovery": "1", "ipv4/tcp_early_retrans": "3",
		"ipv4/tcp_ecn": "0", "ipv4/tcp_no_metrics_save": "1", "ipv4/tcp_timestamps": on[timestamps],
		"ipv6/conf/all/disable_ipv6": "1",
	}
}

func newHost(address string, timestamps bool) (*host, error) {
	h := &host{address: address, namespace: -1, tun: -1}
	err := onThread(func() (err error) {
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			return fmt.Errorf("a network namespace: %w", err)
		}
		if h.namespace, err = unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0); err != nil {
			return err
		}
		if h.tun, err = openTUN("tun0"); err != nil {
			return fmt.Errorf("a TUN device: %w", err)
		}
		return h.configure(timestamps)
	})
	if err != nil {
		h.close()
		return nil, err
	}
	return h, nil
}

// configure runs inside the namespace. Packets leave one by one, as on a link
// of simlua's, not as bundles for the network card to cut up.
func (h *host) configure(timestamps bool) error {
	for name, value := range sysctls(timestamps) {
		if err := os.WriteFile("/proc/sys/net/"+name, []byte(value), 0); err != nil {
			return err
		}
	}
	ip := exec.Command("ip", "-batch", "-")
	ip.Stdin = strings.NewReader("link set lo up\n" +
		"addr add " + h.address + "/24 dev tun0\n" +
		"link set tun0 mtu 1500 txqueuelen 10000 gso_max_segs 1\n" +
		"link set tun0 up\n")
	if out, err := ip.CombinedOutput(); err != nil {
		return fmt.Errorf("ip: %w\n%s", err, out)
	}
	return nil
}

func (h *host) close() {
	unix.Close(h.tun)
	unix.Close(h.namespace)
}

// do runs f inside the namespace, to which sockets belong for ever.
func (h *host) do(f func() error) error {
	return onThread(func() error {
		if err := unix.Setns(h.namespace, unix.CLONE_NEWNET); err != nil {
			return err
		}
		return f()
	})
}

// onThread runs f on a thread of its own, which dies with it.
func onThread(f func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		done <- f()
	}()
	return <-done
}

func openTUN(name string) (int, error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return -1, err
	}
	request, err := unix.NewIfreq(name)
	if err != nil {
		return fd, err
	}
	request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
	return fd, unix.IoctlIfreq(fd, unix.TUNSETIFF, request)
}

func (h *host) listen(address string) (l net.Listener, err error) {
	err = h.do(func() (err error) {
		l, err = net.Listen("tcp4", address)
		return err
	})
	return l, err
}

// dial connects. A namespace may not have a congestion control as its default
// that tcp_allowed_congestion_control does not name; a socket of root may.
func (h *host) dial(address, congestion string) (c net.Conn, err error) {
	control := func(_, _ string, raw syscall.RawConn) (err error) {
		if e := raw.Control(func(fd uintptr) {
			err = unix.SetsockoptString(int(fd), unix.IPPROTO_TCP, unix.TCP_CONGESTION, congestion)
		}); e != nil {
			return e
		}
		return err
	}
	dialer := net.Dialer{Control: control, Timeout: time.Minute}
	err = h.do(func() (err error) {
		c, err = dialer.Dial("tcp4", address)
		return err
	})
	return c, err
}
