// Command lnd is LND's daemon, built from its Go modules alone. What lives here: a main that does what LND's own does,
// so that `go build` needs no clone of LND and go.sum fixes every byte of it.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/jessevdk/go-flags"
	"github.com/lightningnetwork/lnd"
	"github.com/lightningnetwork/lnd/signal"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run starts the daemon with the flags of the command line and returns when it was told to stop. It returns instead of
// leaving the process, so that LND closes its databases first.
func run() error {
	interceptor, err := signal.Intercept()
	if err != nil {
		return err
	}
	config, err := lnd.LoadConfig(interceptor)
	var flag *flags.Error
	if errors.As(err, &flag) && flag.Type == flags.ErrHelp {
		return nil
	}
	if err != nil {
		return fmt.Errorf("lnd's settings: %w", err)
	}
	return lnd.Main(config, lnd.ListenerCfg{}, config.ImplementationConfig(interceptor), interceptor)
}
