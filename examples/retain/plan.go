package main

func (p *program) plan() error { return usagef("-plan is not there yet") }
