/// Ways to distribute tasks among ranks.
enum SchedulerPolicy: String, CaseIterable {
  /// Every rank has a block of neighbouring tasks.
  case staticBlocks = "static blocks"
  /// Rank r of R has the tasks r, r + R, r + 2R, …
  case staticCyclic = "static cyclic"
  /// Rank 0 computes nothing and hands tasks to the others by messages, dearest estimate first.
  case masterWorker = "master and workers"
  /// A shared counter over the tasks in the order of the plan.
  case counterInFileOrder = "shared counter, file order"
  /// A shared counter over the tasks, dearest estimate first.
  case counterByEstimate = "shared counter, longest estimate first"
  /// `WorkQueue`: classes whose rates are learned.
  case learnedClasses = "learned classes"
}
