export { outputNumbers, type BinaryLabel, type MetricResult } from "./common.ts";
export { averagePrecision, rocAuc } from "./ranking.ts";
export { precisionAtK, recallAtK, type TopK } from "./at-k.ts";
export { brier, logLoss } from "./probability.ts";
export { largestError, mae, rmse, type RegressionOptions } from "./regression.ts";
export { costMatrix, type CaseCost, type CostMatrix, type CostMatrixOptions } from "./cost-matrix.ts";
