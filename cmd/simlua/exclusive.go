package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// exclusion is the mistake of two flags of which a command takes one.
type exclusion struct{ one, other, why string }

func (e *exclusion) Error() string {
	return fmt.Sprintf("--%s and --%s exclude each other: %s", e.one, e.other, e.why)
}

// exclude lets a command take one of two flags; why is what it says of both.
func exclude(cmd *cobra.Command, one, other, why string) {
	cmd.MarkFlagsMutuallyExclusive(one, other) // what completion knows
	before := cmd.PreRunE
	cmd.PreRunE = func(cmd *cobra.Command, args []string) error {
		if cmd.Flags().Changed(one) && cmd.Flags().Changed(other) {
			return &usageError{(&exclusion{one, other, why}).Error(), cmd.CommandPath()}
		}
		if before == nil {
			return nil
		}
		return before(cmd, args)
	}
}
