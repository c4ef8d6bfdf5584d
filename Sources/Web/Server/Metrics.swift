import HTTPTypes
import Hummingbird
import Synchronization

/// Figures about the running program, in Prometheus text; no names and no contents.
public final class Metrics: Sendable {
    private let state = Mutex(State())

    private struct State {
        var requests: [Key: Int] = [:]
        var seconds: [Double] = Array(repeating: 0, count: Metrics.bounds.count + 1)
        var total = 0.0
        var gauges: [String: (help: String, value: Double)] = [:]
    }

    private struct Key: Hashable {
        let method: String
        let status: Int
    }

    private static let bounds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

    public init() {}

    func record(method: String, status: Int, seconds: Double) {
        state.withLock { state in
            state.requests[Key(method: method, status: status), default: 0] += 1
            let slot = Metrics.bounds.firstIndex { seconds <= $0 } ?? Metrics.bounds.count
            state.seconds[slot] += 1
            state.total += seconds
        }
    }

    /// Sets a figure, `charter_tick_lag_seconds`.
    public func set(_ name: String, help: String, to value: Double) {
        state.withLock { $0.gauges[name] = (help, value) }
    }

    var text: String {
        state.withLock { state in
            var lines = [
                "# HELP charter_http_requests_total Requests answered.", "# TYPE charter_http_requests_total counter",
            ]
            for (key, count) in state.requests.sorted(by: {
                ($0.key.method, $0.key.status) < ($1.key.method, $1.key.status)
            }) {
                lines.append("charter_http_requests_total{method=\"\(key.method)\",status=\"\(key.status)\"} \(count)")
            }
            lines += [
                "# HELP charter_http_request_seconds Time to the answer.",
                "# TYPE charter_http_request_seconds histogram",
            ]
            var sum = 0.0
            for (index, bound) in Metrics.bounds.enumerated() {
                sum += state.seconds[index]
                lines.append("charter_http_request_seconds_bucket{le=\"\(bound)\"} \(Int(sum))")
            }
            sum += state.seconds[Metrics.bounds.count]
            lines.append("charter_http_request_seconds_bucket{le=\"+Inf\"} \(Int(sum))")
            lines.append("charter_http_request_seconds_sum \(state.total)")
            lines.append("charter_http_request_seconds_count \(Int(sum))")
            for (name, gauge) in state.gauges.sorted(by: { $0.key < $1.key }) {
                lines += ["# HELP \(name) \(gauge.help)", "# TYPE \(name) gauge", "\(name) \(gauge.value)"]
            }
            return lines.joined(separator: "\n") + "\n"
        }
    }
}

/// Counts and times every request.
struct MetricsMiddleware: RouterMiddleware {
    typealias Context = DeskContext

    let metrics: Metrics

    func handle(
        _ request: Request, context: DeskContext, next: (Request, DeskContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        do {
            let response = try await next(request, context)
            record(request, response.status.code, since: start)
            return response
        } catch {
            record(request, 500, since: start)
            throw error
        }
    }

    private func record(_ request: Request, _ status: Int, since start: ContinuousClock.Instant) {
        let parts = start.duration(to: .now).components
        let known: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .patch, .delete, .options]
        metrics.record(
            method: known.contains(request.method) ? request.method.rawValue : "other", status: status,
            seconds: Double(parts.seconds) + Double(parts.attoseconds) / 1e18)
    }
}
