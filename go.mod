module simlua

go 1.25.0
