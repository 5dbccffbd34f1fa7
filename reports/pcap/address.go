package pcap

import "strings"

// address is an IPv4 address.
type address [4]byte

// netmask is that of 10.N.0.0.
var netmask = address{255, 255, 0, 0}

// most is how many networks, and how many machines in one, have addresses by
// network.
const (
	mostNetworks = 255
	mostMachines = 1<<16 - 1
)

// addresses gives every machine its address.
func addresses(machines []string) []address {
	given := make([]address, len(machines))
	networks := map[string]int{}
	var sizes []int
	for i, name := range machines {
		_, network, _ := strings.Cut(name, ".")
		n, known := networks[network]
		if !known {
			n = len(sizes)
			networks[network] = n
			sizes = append(sizes, 0)
		}
		sizes[n]++
		if n >= mostNetworks || sizes[n] > mostMachines {
			return consecutive(len(machines))
		}
		given[i] = address{10, byte(n + 1), byte(sizes[n] >> 8), byte(sizes[n])}
	}
	return given
}

// consecutive counts machines without their networks.
func consecutive(n int) []address {
	given := make([]address, n)
	for i := range given {
		given[i] = address{10, byte((i + 1) >> 16), byte((i + 1) >> 8), byte(i + 1)}
	}
	return given
}
