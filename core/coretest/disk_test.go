package coretest_test

import (
	"testing"

	"simlua.example/core/coretest"
)

func TestDisk(t *testing.T) { coretest.DiskContract(t, coretest.Disk) }
