import Foundation
import Testing

@testable import Cluster

@Suite struct HostInformationTests {
  @Test func systemAnswers() {
    let host = HostInformation.current
    #expect(!host.name.isEmpty && !host.name.contains("\0"))
    #expect(host.processorCount >= 1)
    #expect(host.processorCount <= ProcessInfo.processInfo.processorCount)
    #expect(host.memoryInBytes > 1 << 26)
    let processors = HostInformation.availableProcessors
    #expect(processors.count == host.processorCount)
    #expect(processors == Set(processors).sorted())
    #expect(HostInformation.threadCount >= 1)
  }
}
