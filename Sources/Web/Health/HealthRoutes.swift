import HTTPTypes
import Hummingbird
import NIOCore
import Organisations
import Storage

/// A figure that is asked for when it is shown.
public struct Gauge: Sendable {
    /// `charter_waiting_writes`
    let name: String
    let help: String
    let value: @Sendable () -> Double

    public init(_ name: String, help: String, value: @escaping @Sendable () -> Double) {
        self.name = name
        self.help = help
        self.value = value
    }
}

/// For whoever watches the program.
struct HealthRoutes {
    let database: any Database
    let charters: CharterShelf
    let metrics: Metrics
    let gauges: [Gauge]

    /// A program whose journal waits longer for its seals, in milliseconds, shows its users old pages.
    static let longestLag: Int64 = 60_000

    func add(to visitors: RouterGroup<DeskContext>) {
        visitors.get("health/live") { _, _ in Self.text("alive\n") }
        visitors.get("health/ready") { _, _ in
            do {
                let lag = try await database.read(.everyCompany) { try Sequencer.lag(in: $0) }
                guard lag <= Self.longestLag else {
                    return Self.text("the sequencer is \(lag / 1000) seconds behind\n", status: .serviceUnavailable)
                }
                // A company whose charter cannot be read is stopped alone; when none can work, nothing is served here.
                guard try await database.read(.everyCompany, { try Self.isAnyCharterReadable(charters, $0) }) else {
                    return Self.text("no company's charter can be read\n", status: .serviceUnavailable)
                }
                return Self.text("ready\n")
            } catch {
                return Self.text("the database does not answer\n", status: .serviceUnavailable)
            }
        }
        visitors.get("metrics") { _, _ in
            for gauge in gauges { metrics.set(gauge.name, help: gauge.help, to: gauge.value()) }
            // A database that does not answer is told by /health/ready; the other figures are shown all the same.
            if let lag = try? await database.read(.everyCompany, { try Sequencer.lag(in: $0) }) {
                metrics.set(
                    "charter_sequencer_lag_seconds", help: "How long the oldest unsealed event has waited.",
                    to: Double(lag) / 1000)
            }
            return Self.text(metrics.text, type: "text/plain; version=0.0.4; charset=utf-8")
        }
    }

    /// Whether a company can work, or there is none yet.
    private static func isAnyCharterReadable(
        _ charters: CharterShelf, _ transaction: any ReadTransaction
    ) throws -> Bool {
        let companies = try OrganisationStore(transaction).organisations().map(\.id)
        return companies.isEmpty
            || companies.contains { (try? charters.inForce(for: $0, at: transaction.now, in: transaction)) != nil }
    }

    private static func text(
        _ text: String, status: HTTPResponse.Status = .ok, type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
