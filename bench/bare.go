package main

type bareCommand struct{}
