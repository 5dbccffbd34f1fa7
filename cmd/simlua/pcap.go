package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"simlua.example/core"
	"simlua.example/reports"
	"simlua.example/reports/pcap"
)

// pcapFlag is --pcap: FILE, or MACHINE=FILE.
type pcapFlag string

func (f *pcapFlag) String() string { return string(*f) }
func (f *pcapFlag) Type() string   { return "FILE" }

func (f *pcapFlag) Set(text string) error {
	if *f != "" && string(*f) != text {
		return fmt.Errorf("a run has one capture, and it is %s", *f)
	}
	*f = pcapFlag(text)
	return nil
}

// pcapFile is the file of --pcap and what writes it. The nil pcapFile is none.
type pcapFile struct {
	*pcap.Writer
	file *os.File
}

// openPcap begins the file that --pcap asks for, so that it is known early if
// it cannot be written.
func openPcap(wanted string, scenario *core.Scenario, command reports.Command) (*pcapFile, error) {
	if wanted == "" {
		return nil, nil
	}
	machine, path, err := pcapOf(wanted, scenario.MachineNames())
	if err != nil {
		return nil, err
	}
	if err := mayBeOutput(path); err != nil {
		return nil, fmt.Errorf("--pcap %s: %w", path, err)
	}
	if !isCapture(path) {
		return nil, fmt.Errorf("--pcap %s: the file is no capture; it is left as it is", path)
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("--pcap %s: expected a file that can be written to: %w", path, reason(err))
	}
	options := pcap.Options{Comment: command.String(), Machine: machine}
	return &pcapFile{pcap.New(file, scenario, options), file}, nil
}

// isCapture says whether a path may be written to: nothing is there, or what
// somebody reads meanwhile, or a file with nothing in it or with a capture.
func isCapture(path string) bool { return begins(path, "\x0a\x0d\x0d\x0a") } // a section header

// pcapOf reads FILE or MACHINE=FILE.
func pcapOf(wanted string, machines []string) (machine, path string, err error) {
	machine, path, found := strings.Cut(wanted, "=")
	if !found || strings.ContainsAny(machine, `/\`) {
		return "", wanted, nil
	}
	if !slices.Contains(machines, machine) {
		meant := didYouMean("", machine, machines)
		return "", "", fmt.Errorf("--pcap %s: no machine is called %q%s", wanted, machine, meant)
	}
	if path == "" {
		return "", "", fmt.Errorf("--pcap %s: expected MACHINE=FILE, got no file", wanted)
	}
	return machine, path, nil
}

// close makes the file whole and returns the first error of all. Closing again
// is no error.
func (p *pcapFile) close() error {
	if p == nil || p.file == nil {
		return nil
	}
	path := p.file.Name()
	err := errors.Join(p.Flush(), p.file.Close())
	p.file = nil
	if err != nil {
		return fmt.Errorf("--pcap %s: %w", path, reason(err))
	}
	return nil
}

// reason is what went wrong with a file, without its path.
func reason(err error) error {
	if path := (*os.PathError)(nil); errors.As(err, &path) {
		return path.Err
	}
	if link := (*os.LinkError)(nil); errors.As(err, &link) {
		return link.Err
	}
	return err
}
