import ArgumentParser
import CharterYAML
import Foundation
import Policy
import Primitives
import Web

struct MembersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "members", abstract: "Runs a charter's membership rules.", subcommands: [Replay.self])

    struct Replay: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Runs a history of purchases and card acts: one JSON act a line in, one result a line out.",
            discussion: "docs/members.md says each field.")

        @Option(help: "The charter.") var charter: String
        @Option(help: "The acts, in order of time, one JSON object a line; - reads standard input.") var history: String
        @Option(help: "The language of the reasons: en, zh-Hans or zh-Hant; the terminal's without it.")
        var language: String?

        func run() throws {
            let language = try Language.asked(language)
            let charter = try readCharter(language)
            guard let programme = charter.membership else {
                throw Stop(
                    "\(self.charter) has no part “membership:”; name a charter with one, such as Charters/design.yaml",
                    "\(self.charter)没有“membership:”部分；请用有会员制度的文件，例如 Charters/design.yaml")
            }
            var book = MemberBook(programme: programme, zone: charter.calendar.zone)
            let results = ActResults(programme: programme, zone: charter.calendar.zone, language: language)
            for (index, line) in try acts().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                .enumerated() where line.contains(where: { $0 > UInt8(ascii: " ") })
            {
                let result: MemberResult
                do throws(ActFault) {
                    let act = try ActLine(Data(line), goods: programme.goods[0].key)
                    result = results.result(of: act, book.perform(act.act, number: act.number))
                } catch {
                    result = results.result(
                        of: error, line: index + 1,
                        member: error.heading.flatMap { heading in
                            heading.member.map { book.member($0, at: heading.at.flatMap(Instant.init(rfc3339:))) }
                        })
                }
                print(try result.json())
            }
        }

        private func readCharter(_ language: Language) throws -> Charter {
            guard let data = FileManager.default.contents(atPath: charter) else {
                throw Stop("\(charter): the file cannot be read", "\(charter)：文件读不到")
            }
            let files = try CharterFiles(resources: Settings.resourcesNow(), clock: SystemClock.now)
            switch files.read(Array(data), file: charter, for: .use) {
            case .charter(let charter, _): return charter
            case .refused(let faults):
                throw Stop(asIs: faults.map { $0.text(in: language) }.joined(separator: "\n"))
            }
        }

        /// Mapped rather than read, so that a history of any length fits.
        private func acts() throws -> Data {
            if history == "-" { return try FileHandle.standardInput.readToEnd() ?? Data() }
            guard let data = try? Data(contentsOf: URL(filePath: history), options: .alwaysMapped) else {
                throw Stop("\(history): the file cannot be read", "\(history)：文件读不到")
            }
            return data
        }
    }
}
