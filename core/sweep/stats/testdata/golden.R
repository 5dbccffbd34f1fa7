# What R says, for golden_test.go: Rscript golden.R > golden.csv
cat("#", R.version.string, "\n")
show <- function(name, input, output) {
  write <- function(x) paste(sprintf("%.15g", x), collapse = " ")
  cat(name, write(input), write(output), sep = ",", fill = 10000)
}
for (n in c(1, 2, 10, 20, 29, 148, 263, 1000, 1000000)) {
  for (k in unique(round(n * c(0, 0.01, 0.3, 0.5, 1)))) {
    show("wilson", c(k, n), suppressWarnings(prop.test(k, n, correct = FALSE))$conf.int)
  }
}
for (pair in list(c(0, 0), c(0, 1), c(3, 4), c(5, 0), c(6, 0), c(2, 12), c(16, 59), c(86, 150), c(480, 560),
                  c(49500, 50500), c(499000, 501000), c(1, 1100))) {
  n <- sum(pair)
  show("sign", pair, if (n == 0) 1 else binom.test(pair[1], n)$p.value)
}
for (n in c(5, 6, 7, 8, 9, 16, 17, 25, 50, 100, 1001, 20000)) {
  k <- qbinom(0.025, n, 0.5) - 1 # order statistics k+1 and n-k
  if (pbinom(k + 1, n, 0.5) <= 0.025) k <- k + 1
  show("median", n, c(k, if (k < 0) 0 else 1 - 2 * pbinom(k, n, 0.5)))
}
for (p in list(0.03, c(0.01, 0.04, 0.03, 0.005), c(0.9, 0.8, 0.7), c(0.02, 0.02, 0.02), c(1, 0.001, 0.001, 0.5, 0.04))) {
  show("holm", p, p.adjust(p, "holm"))
}
show("poisson", 0:12, ppois(0:12, 1))
