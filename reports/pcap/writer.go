package pcap

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"simlua.example/core"
)

// Options say what a capture is of.
type Options struct {
	Comment string // about the whole file: how to make it again
	// Machine is where packets are captured, those that it sends and those that
	// arrive. Empty means everywhere, but then only those that are sent.
	Machine string
}

// Writer is a core.Observer that writes the packets of a run.
type Writer struct {
	w         *bufio.Writer
	err       error // the first
	addresses []address
	ports     []int // interfaces by HostID, or none
	arrivals  bool
	block     block
	record    record // waits for what its link does to the packet
}

// record is a packet on one interface.
type record struct {
	pending   bool
	at        time.Duration
	port      int
	direction uint32
	segment   core.Segment
	from, to  core.HostID
	packet    []byte
	comments  []string
}

// none is the interface of a machine that is not captured.
const none = -1

// New begins a capture of a scenario.
func New(w io.Writer, scenario *core.Scenario, o Options) *Writer {
	machines := scenario.MachineNames()
	c := &Writer{w: bufio.NewWriterSize(w, 64<<10), addresses: addresses(machines),
		ports: make([]int, len(machines)), arrivals: o.Machine != ""}
	c.section(o.Comment)
	made := 0
	for i, name := range machines {
		c.ports[i] = none
		if o.Machine == "" || o.Machine == name {
			c.networkInterface(name, c.addresses[i])
			c.ports[i] = made
			made++
		}
	}
	c.names(machines)
	return c
}

// Packets says that the packets of every link are wanted.
func (c *Writer) Packets(string, *core.Profile) bool { return true }

// Wants is lines: faults are among them.
func (c *Writer) Wants() core.Keep { return core.KeepLines }

// Observe writes what is a packet. After an error a Writer is silent.
func (c *Writer) Observe(f *core.Fact) {
	if c.err != nil {
		return
	}
	if f.Packet == nil {
		c.complete()
		return
	}
	switch f.Kind {
	case core.FactPacket:
		c.open(f, f.Packet.From, outbound)
	case core.FactArrival:
		c.arrive(f)
	case core.FactFault:
		if !f.Fault.Masked {
			c.comment(f, "fault "+f.Fault.ID.String()+": "+string(f.Fault.Kind))
		}
	case core.FactHeld:
		c.comment(f, "held ("+f.Text+")")
	case core.FactDrop:
		c.comment(f, "dropped ("+f.Text+")")
	}
}

// harms are what a receiver can see, by the names of the faults.
var harms = [...]struct {
	harm core.Harm
	name core.FaultKind
}{
	{core.Copied, core.FaultDuplicate},
	{core.Damaged, core.FaultCorrupt},
	{core.Altered, core.FaultCorruptUndetected},
}

// arrive opens the record of a packet at its receiver.
func (c *Writer) arrive(f *core.Fact) {
	if !c.arrivals || f.Packet.From == f.Packet.To {
		c.complete()
		return
	}
	c.open(f, f.Packet.To, inbound)
	for _, h := range harms {
		if f.Packet.Harm&h.harm != 0 {
			c.comment(f, string(h.name))
		}
	}
}

// open begins a record; what the next facts say of the packet belongs to it.
func (c *Writer) open(f *core.Fact, machine core.HostID, direction uint32) {
	c.complete()
	if c.ports[machine] == none {
		return
	}
	from, to := c.addresses[f.Packet.From], c.addresses[f.Packet.To]
	damaged := f.Packet.Harm&core.Damaged != 0
	r := &c.record
	var ok bool
	if r.packet, ok = appendPacket(r.packet[:0], from, to, f.Packet.Segment, damaged); !ok {
		c.err = fmt.Errorf("a %T has no form on the wire", f.Packet.Segment)
		return
	}
	r.pending, r.at, r.port, r.direction = true, f.At, c.ports[machine], direction
	r.segment, r.from, r.to = f.Packet.Segment, f.Packet.From, f.Packet.To
}

// comment adds a text to the record, if that is the one of f's packet.
func (c *Writer) comment(f *core.Fact, text string) {
	r, p := &c.record, f.Packet
	if r.pending && r.segment == p.Segment && r.from == p.From && r.to == p.To {
		r.comments = append(r.comments, text)
	}
}

// complete writes the record that is open.
func (c *Writer) complete() {
	r := &c.record
	if !r.pending {
		return
	}
	at := uint64(r.at)
	b := c.block.begin(enhancedPacket).u32(uint32(r.port)).u32(uint32(at >> 32)).u32(uint32(at))
	b = b.u32(uint32(len(r.packet))).u32(uint32(len(r.packet))).padded(r.packet)
	if len(r.comments) > 0 {
		b = b.text(comment, strings.Join(r.comments, "; "))
	}
	b = b.option(packetFlags, block(nil).u32(r.direction)).option(endOfOptions, nil)
	c.write(b.end())
	r.pending, r.comments = false, r.comments[:0]
}

// Flush writes what is still held back. It returns the first error of all. The
// file is whole after it.
func (c *Writer) Flush() error {
	c.complete()
	if c.err == nil {
		c.err = c.w.Flush()
	}
	return c.err
}

func (c *Writer) write(b block) {
	c.block = b
	if c.err == nil {
		_, c.err = c.w.Write(b)
	}
}

// section opens the file.
func (c *Writer) section(text string) {
	const versionMajor, versionMinor = 1, 0
	b := c.block.begin(sectionHeader).u32(byteOrder).u16(versionMajor).u16(versionMinor)
	b = b.u32(1<<32 - 1).u32(1<<32 - 1) // its length is not known
	c.write(b.text(comment, text).text(sectionWriter, "simlua").option(endOfOptions, nil).end())
}

// networkInterface describes that of the next machine.
func (c *Writer) networkInterface(name string, a address) {
	b := c.block.begin(interfaceBlock).u16(linkTypeIPv4).u16(0).u32(0) // packets are not cut
	b = b.text(interfaceName, name).option(interfaceIPv4, append(a[:], netmask[:]...))
	c.write(b.option(resolution, []byte{nanoseconds}).option(endOfOptions, nil).end())
}

// names lists the machines by their addresses.
func (c *Writer) names(machines []string) {
	b := c.block.begin(nameResolution)
	for i, name := range machines {
		a := c.addresses[i]
		b = b.option(nameOfIPv4, append(append(a[:], name...), 0))
	}
	c.write(b.option(endOfNames, nil).end())
}
