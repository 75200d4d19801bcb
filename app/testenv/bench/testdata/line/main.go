// The smallest Go program that prints something.
package main

import "fmt"

func main() { fmt.Println("Hello") }
