import ArgumentParser
import Cases
import Foundation
import Policy
import Primitives
import Storage

struct MoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move",
        abstract: "Copies an installation to another database, and proves that both hold the same.",
        discussion: """
            Stop all servers first. A move that was broken off goes on when it is run again. The key is not in the
            database: it stays in the data folder, and goes with it.
            """)

    @Option(help: "Where it is: a database file such as var/charter/charter.db, or postgres://…") var from: String
    @Option(help: "Where it goes: a new file, or an empty database at postgres://…") var to: String

    func run() async throws {
        let settings = try await Settings()
        guard from != to else { throw Stop("--from and --to are the same", "--from 与 --to 是同一处") }
        guard Engine.isAddress(from) || FileManager.default.fileExists(atPath: from) else {
            throw Stop("there is no database at \(from)", "\(from) 没有数据库")
        }
        var lock: FileLock?
        if !Engine.isAddress(from) {
            lock = FileLock.alone(from)
            guard lock != nil else { throw served }
        }
        defer { lock?.release() }
        let source = try Engine.open(at: from, settings)
        let target = try Engine.open(at: to, settings)
        try await refuseServed(source)
        let mover = Mover(from: source.database, to: target.database, migrations: Desktop.migrations)
        do {
            try await mover.copy(progress: ProgressBar.show)
        } catch Mover.Refusal.occupied(let table) {
            throw Stop(
                "\(to) holds other data already (\(table)): name an empty database",
                "\(to) 里已有别的数据（\(table)）：请指定空的数据库")
        }
        let files = try await AttachmentAccount.copy(
            of: source.database, from: source.attachments, to: target.attachments)
        let comparison = try await mover.compare(progress: ProgressBar.show)
        let proof = try await Desktop.prove(target, settings: settings)
        VerifyCommand.show(proof.verification, proof.account.map { $0.text(in: .ofTerminal()) })
        try await source.close()
        try await target.close()
        let language = Language.ofTerminal()
        let different = comparison.filter { !$0.isSame }
        for table in different {
            Sentence.say(
                "\(table.table): \(table.counts[0]) rows here, \(table.counts[1]) there, and they differ",
                "\(table.table)：此处\(table.counts[0])行，彼处\(table.counts[1])行，内容不同", in: language)
        }
        guard different.isEmpty, proof.verification.isSound, proof.account.isEmpty else {
            throw Stop(
                "the two do not hold the same: was a server running meanwhile? Stop it, empty the target and move again",
                "两边内容不一致：期间是否有服务在运行？请停止服务，清空目标后重新搬迁")
        }
        let rows = comparison.reduce(0) { $0 + $1.counts[1] }
        Sentence.say(
            "moved: \(rows) rows in \(comparison.count) tables are the same on both sides, by count and by hash; \(files) attachments, \(proof.verification.events) events and \(proof.obligations) obligations verified",
            "已搬迁：\(comparison.count)张表共\(rows)行，两边行数与散列一致；核对了\(files)个附件、\(proof.verification.events)个事件、\(proof.obligations)件待办",
            in: language)
    }

    /// A server that runs holds the lease of the sequencer, and renews it while it works.
    private func refuseServed(_ source: Engine) async throws {
        let lease = Lease("sequencer", holder: "move", for: 1_000)
        let isFree = try await source.database.write(.installation) { transaction in
            let isFree = try lease.take(in: transaction)
            if isFree { try lease.giveBack(in: transaction) }
            return isFree
        }
        guard isFree else { throw served }
    }

    private var served: Stop {
        let place = Engine.isAddress(from) ? "--from" : from
        return Stop("a server works on \(place): stop it, then move", "有服务正在使用 \(place)：请先停止，再搬迁")
    }
}
