// Command lncli is LND's own command line, built from the same modules as the daemon beside it: hooks make it pay and
// write invoices.
package main

import "github.com/lightningnetwork/lnd/cmd/commands"

func main() { commands.Main() }
