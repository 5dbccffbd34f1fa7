package scripts_test

import (
	"context"
	"fmt"

	"simlua.example/luabind"
)

// A script is loaded once and played with many seeds.
func Example() {
	program, err := luabind.Load("broken/sold_twice.lua")
	if err != nil {
		fmt.Println(err)
		return
	}
	for seed := uint64(1); seed <= 10; seed++ {
		result, err := program.Run(context.Background(), luabind.RunOptions{Seed: seed})
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, check := range result.Checks {
			if !check.Held {
				fmt.Printf("seed %d: %s: %s\n", seed, check.Name, check.Message)
			}
		}
	}
	// Output:
	// seed 8: tea sold: buyer.botnet: expected 20, got 21
}
