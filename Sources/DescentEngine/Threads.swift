internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Work that is done by several threads.
package enum Threads {
  /// What threads tell each other.
  package final class State: Sendable {
    private let next = Atomic<Int>(0)
    private let ended = Atomic<Int>(0)
    private let stopped = Atomic<Bool>(false)

    package init() {}

    /// The number of the next piece of work.
    package func takeNext() -> Int { next.wrappingAdd(1, ordering: .relaxed).oldValue }
    package func stop() { stopped.store(true, ordering: .relaxed) }
    package var isStopped: Bool { stopped.load(ordering: .relaxed) }
    fileprivate func end() { ended.wrappingAdd(1, ordering: .relaxed) }
    fileprivate var endedCount: Int { ended.load(ordering: .relaxed) }
  }

  /// Runs the same work on this thread and on others, and waits for them.
  ///
  /// - Parameters:
  ///   - others: how many threads besides this one; fewer where the system gives no more.
  ///   - waiting: called now and then on this thread while it waits.
  package static func run(
    others: Int, _ state: State, here: () -> Void, there: @escaping @Sendable () -> Void,
    waiting: () -> Void
  ) {
    var threads: [pthread_t] = []
    for _ in 0..<max(0, others) {
      guard
        let thread = create(
          nil,
          {
            there()
            state.end()
          })
      else { break }
      threads.append(thread)
    }
    here()
    while state.endedCount < threads.count {
      waiting()
      pause()
    }
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Waits for a time in which nobody notices that something has ended.
  static func pause() { usleep(200) }

  /// Begins work that nobody waits for; where there is no thread for it, it is done at once.
  ///
  /// - Parameter stackSize: in bytes.
  static func start(stackSize: Int, _ work: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackSize)
    if let thread = create(&attributes, work) { pthread_detach(thread) } else { work() }
  }

  private static func create(
    _ attributes: UnsafePointer<pthread_attr_t>?, _ work: @escaping @Sendable () -> Void
  ) -> pthread_t? {
    let start = Unmanaged.passRetained(ThreadStart(work))
    #if canImport(Glibc)
      var thread: pthread_t = 0
    #else
      var thread: pthread_t?
    #endif
    guard pthread_create(&thread, attributes, begin, start.toOpaque()) == 0 else {
      start.release()
      return nil
    }
    return thread
  }
}

#if canImport(Glibc)
  private typealias Argument = UnsafeMutableRawPointer?
#else
  private typealias Argument = UnsafeMutableRawPointer
#endif

private func begin(_ argument: Argument) -> UnsafeMutableRawPointer? {
  let argument: UnsafeMutableRawPointer? = argument
  guard let argument else { return nil }
  // unsafe: whoever made the thread passed this, retained.
  Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue().work()
  return nil
}

/// What a thread begins with.
private final class ThreadStart {
  let work: @Sendable () -> Void
  init(_ work: @escaping @Sendable () -> Void) { self.work = work }
}
