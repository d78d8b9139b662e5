import Cluster

/// What a rank gets from one operation at the place where tasks are handed out.
enum ClaimStep {
  /// Another operation is needed.
  case again
  /// A task.
  case task(Int)
  /// Nothing is left.
  case nothing
}

/// The state that ranks ask for tasks, one operation at a time.
protocol TaskSource {
  /// Serves one operation of a rank; `finished` is the task that it has completed since the last one.
  mutating func serve(_ rank: Int, finished: Int?) -> ClaimStep
}

/// A counter over tasks in a given order; a master with a list does the same.
struct CounterSource: TaskSource {
  let order: [Int]
  private var next = 0

  init(order: [Int]) { self.order = order }

  mutating func serve(_ rank: Int, finished: Int?) -> ClaimStep {
    guard next < order.count else { return .nothing }
    defer { next += 1 }
    return .task(order[next])
  }
}

/// The operations of `WorkQueue`, decided by the same `WorkTable`: read the table, then add to the counter of a class.
struct LearnedSource: TaskSource {
  private let tasks: [SchedulerSimulation.Task]
  private let classes: WorkClasses
  private let members: [[Int]]
  private var classOfTask: [Int: Int] = [:]
  private var table: WorkTable
  /// What each rank has read, while it decides.
  private var views: [WorkTable?]

  /// Numbers of the tasks that are to be handed out, all tasks, and what was learned in earlier rounds.
  init(
    numbers: [Int], of tasks: [SchedulerSimulation.Task], ranks: Int, rates: [WorkClasses.Key: Double]
  ) {
    self.tasks = tasks
    classes = WorkClasses(numbers.map { (tasks[$0].kind, tasks[$0].cost) })
    members = classes.tasks.map { $0.map { numbers[$0] } }
    table = WorkTable(classes: members.map { $0.map { tasks[$0].cost } }, rates: classes.keys.map { rates[$0] })
    views = [WorkTable?](repeating: nil, count: ranks)
    for (number, members) in members.enumerated() {
      for task in members { classOfTask[task] = number }
    }
  }

  /// What is known at the end.
  var rates: [WorkClasses.Key: Double] {
    var rates: [WorkClasses.Key: Double] = [:]
    for (number, key) in classes.keys.enumerated() { rates[key] = table.rate(of: number) }
    return rates
  }

  mutating func serve(_ rank: Int, finished: Int?) -> ClaimStep {
    if let finished, let number = classOfTask[finished] {
      table.learn(number, cost: tasks[finished].cost, seconds: tasks[finished].seconds)
    }
    guard var view = views[rank] else {
      views[rank] = table
      return table.mostUrgentClass() == nil ? .nothing : .again
    }
    guard let number = view.mostUrgentClass() else { return .nothing }
    if let place = table.claim(from: number) {
      views[rank] = nil
      return .task(members[number][place])
    }
    // Others have emptied the class since this rank has read the table.
    view.note(claimed: members[number].count, from: number)
    views[rank] = view
    return view.mostUrgentClass() == nil ? .nothing : .again
  }
}
