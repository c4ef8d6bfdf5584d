import ArgumentParser
import Cases
import Customers
import Foundation
import Hummingbird
import Logging
import Obligations
import Policy
import Primitives
import ServiceLifecycle
import Storage
import StoragePostgres
import Web

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "serve", abstract: "Serves the desk over HTTP.")

    @OptionGroup var options: DataOptions
    @Option(help: "The address to listen on (environment: CHARTER_HOST).") var host: String?
    @Option(parsing: .unconditional, help: "The port to listen on, 1 to 65535 (environment: CHARTER_PORT).")
    var port: String?

    func run() async throws {
        var flags: [Settings.Key: String] = [:]
        flags[.host] = host
        flags[.port] = port
        let settings = try await options.settings(flags: flags)
        let (address, chosenPort) = (settings.host, settings.port)
        let desktop = try await Desktop.open(settings, creating: true)
        let level = Logger.Level(rawValue: settings.logLevel) ?? .info
        LoggingSystem.bootstrap { JSONLogHandler(label: $0, level: level) }
        var logger = Logger(label: "charter")
        logger.logLevel = level
        let left = try await desktop.services.attachments.sweep()
        if left > 0 { logger.notice("swept what a stop left of attachments", metadata: ["files": "\(left)"]) }
        let live = LiveEvents()
        let metrics = Metrics()
        var web = WebApplication.Options(resources: settings.resources, fetchedAssets: settings.fetchedAssets)
        web.isSecure = settings.isSecure
        web.isDemo = FileManager.default.fileExists(atPath: settings.demoMark)
        web.gauges = desktop.engine.gauges
        let isOneOfMany = if case .postgres = desktop.engine { true } else { false }
        let limits = CallerLimits(isShared: isOneOfMany, clock: SystemClock.now)
        let application = try WebApplication(
            services: desktop.services, live: live, metrics: metrics,
            words: try WordFiles.read(resources: settings.resources), options: web)
        let shipped = try desktop.charterFiles.shipped()
        for faulty in shipped.faulty {
            Sentence.say(faulty.stop.text(in: .english), faulty.stop.text(in: .simplified), in: .ofTerminal())
        }
        let setUp = SetUp(
            code: String(format: "%06d", Int.random(in: 0...999_999)),
            charters: shipped.whole, faulty: shipped.faulty.map(\.name), clock: SystemClock.now)
        if try await setUp.isNeeded(desktop.database) {
            let (page, code) = ("http://\(address):\(chosenPort)/set-up", setUp.code ?? "")
            Sentence.say(
                "No company yet. Open \(page) and enter the code \(code)", "还没有公司。请打开 \(page)，输入验证码 \(code)",
                in: .ofTerminal())
            // A pipe or a file would otherwise keep the code back.
            fflush(nil)
        }
        let server = Application(
            router: application.router(setUp: setUp, limits: limits),
            // A body that stops half-way would hold its connection, and the server at its end, for ever.
            server: .http1(configuration: .init(idleTimeout: .seconds(30))),
            configuration: .init(address: .hostname(address, port: chosenPort), serverName: "charter", backlog: 1024),
            services: [
                SealingService(sequencer: desktop.sequencer, live: live, logger: logger),
                SearchService(edition: SearchEdition(database: desktop.database), logger: logger),
                TickingService(clockWork: desktop.services.clockWork, metrics: metrics, logger: logger),
            ]
                + (isOneOfMany
                    ? [
                        LimitService(
                            limits: limits,
                            counts: SharedCounts(database: desktop.database, node: UUID().uuidString), logger: logger)
                    ] : []),
            onServerRunning: { _ in
                let page = "http://\(address):\(chosenPort)/"
                Sentence.say("Charter answers on \(page)", "Charter 已启动：\(page)", in: .ofTerminal())
                // As above: whoever waits for this line reads a file or a pipe.
                fflush(nil)
            }, logger: logger)
        do {
            try await server.runService()
        } catch {
            try? await desktop.close()
            throw ListenFault(error, host: address, port: chosenPort) ?? error
        }
        live.end()
        try await desktop.close()
    }
}

/// After each commit seals what was not sealed with it, and wakes the live pages.
struct SealingService: Service {
    let sequencer: Sequencer
    let live: LiveEvents
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await sequencer.run(grown: { live.wake($0) }) { error in
                logger.error("sealing failed", metadata: ["error": "\(type(of: error))"])
            }
        }
    }
}

/// Brings the search of what an older version filed up to date, once.
struct SearchService: Service {
    let edition: SearchEdition
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            do {
                let changed = try await edition.refresh()
                if changed > 0 { logger.notice("search brought up to date", metadata: ["files": "\(changed)"]) }
            } catch is CancellationError {
                // What is left is done after the next start.
            } catch {
                logger.error("search not brought up to date", metadata: TickingService.told(error))
            }
            // A service that returns would end the server.
            for await _ in beats(every: .seconds(3600)) {}
        }
    }
}

/// Lets the clock open, mark late and escalate.
struct TickingService: Service {
    let clockWork: ClockWork
    let metrics: Metrics
    let logger: Logger

    func run() async throws {
        for await _ in beats(every: .seconds(5)).cancelOnGracefulShutdown() {
            do {
                let tally = try await clockWork.tick()
                metrics.set(
                    "charter_tick_lag_seconds", help: "How long the oldest due thing had waited at the last tick.",
                    to: Double(tally.lag) / 1000)
            } catch {
                logger.error("tick failed", metadata: Self.told(error))
            }
        }
    }
}

extension TickingService {
    /// The kind of an error, and its reason where that is a sentence of ours: others may quote what a row holds.
    static func told(_ error: any Error) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["error": "\(type(of: error))"]
        if error is Stop || error is StorageError { metadata["reason"] = "\(Sentence.text(of: error, in: .english))" }
        return metadata
    }
}

/// Keeps the limits of callers together with those of other nodes.
struct LimitService: Service {
    let limits: CallerLimits
    let counts: SharedCounts
    let logger: Logger

    func run() async throws {
        for await _ in beats(every: .seconds(1)).cancelOnGracefulShutdown() {
            do {
                try await limits.exchange(by: counts)
            } catch {
                logger.error("limits not exchanged", metadata: ["error": "\(type(of: error))"])
            }
        }
    }
}

/// At once, and then after each pause.
private func beats(every pause: Duration) -> AsyncStream<Void> {
    AsyncStream { continuation in
        let task = Task {
            while !Task.isCancelled {
                continuation.yield()
                // Between two looks, and for no result. Only cancelling ends it early, and then the stream ends too.
                try? await Task.sleep(for: pause)
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
    }
}
