# What R's package surveillance says of weekly counts; called by surveillance.py beside it.
# Rscript surveillance.R COUNTS.csv OUT.csv FIRST WHAT ALPHA N_PERIODS YEARS
# COUNTS.csv: a row a week, a column a series, no header. FIRST: the first week judged, from 1.
suppressPackageStartupMessages(library(surveillance))
given <- commandArgs(trailingOnly = TRUE)
counts <- as.matrix(read.csv(given[1], header = FALSE))
dimnames(counts) <- NULL
asked <- as.integer(given[3]):nrow(counts)
what <- given[4]
alpha <- as.numeric(given[5])
series <- sts(observed = counts, start = c(2000, 1), frequency = 52)
if (what %in% c("C1", "C2", "C3")) {
  judged <- earsC(series, control = list(range = asked, method = what, alpha = alpha))
  judged@control$pvalue <- judged@control$trend <- NA_real_
} else {
  judged <- farringtonFlexible(series, control = list(
    range = asked, b = as.integer(given[7]), w = 3, noPeriods = as.integer(given[6]),
    pastWeeksNotIncluded = 26, weightsThreshold = 2.58, reweight = TRUE, trend = TRUE,
    populationOffset = FALSE, limit54 = c(5, 4), powertrans = "2/3", thresholdMethod = what,
    alpha = alpha, glmWarnings = FALSE
  ))
}
number <- function(values) formatC(values, digits = 9, format = "g", width = 1)
table <- data.frame(
  series = rep(seq_len(ncol(counts)) - 1, each = length(asked)),
  week = rep(asked - 1, ncol(counts)),
  alarm = as.integer(judged@alarm),
  upper = number(as.vector(judged@upperbound)),
  p = number(as.vector(judged@control$pvalue)),
  trend = as.integer(as.vector(judged@control$trend))
)
write.csv(table, given[2], row.names = FALSE, quote = FALSE)
