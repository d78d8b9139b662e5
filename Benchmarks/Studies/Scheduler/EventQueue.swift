/// Events in the order of their times, equal times in the order of their insertion; a binary heap.
struct EventQueue {
  private struct Event {
    let time: Double
    let sequence: Int
    let rank: Int

    func precedes(_ other: Event) -> Bool { (time, sequence) < (other.time, other.sequence) }
  }

  private var heap: [Event] = []
  private var sequence = 0

  /// Adds an event of `rank`; O(log n).
  mutating func insert(_ rank: Int, at time: Double) {
    heap.append(Event(time: time, sequence: sequence, rank: rank))
    sequence += 1
    var child = heap.count - 1
    while child > 0, heap[child].precedes(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Takes out the earliest event; O(log n).
  mutating func removeFirst() -> (time: Double, rank: Int)? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      sinkRoot()
    }
    return (first.time, first.rank)
  }

  private mutating func sinkRoot() {
    var parent = 0
    while true {
      let children = (2 * parent + 1)..<min(2 * parent + 3, max(heap.count, 2 * parent + 1))
      guard let child = children.min(by: { heap[$0].precedes(heap[$1]) }), heap[child].precedes(heap[parent]) else {
        return
      }
      heap.swapAt(child, parent)
      parent = child
    }
  }
}
