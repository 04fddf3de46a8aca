// Command firsthand is the server and the command line of Firsthand.
package main

import (
	"os"

	"github.com/firsthand-cx/firsthand/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
