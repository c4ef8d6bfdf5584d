import ArgumentParser
import CharterYAML
import Foundation
import Members
import Organisations
import Policy
import Primitives
import Storage
import Web

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Says what a draft of the membership rules would have made of what was sold; reads only.",
        discussion: "docs/members.md says how it is reckoned, and each field of --json.")

    @OptionGroup var options: DataOptions
    @Option(help: "The draft.") var charter: String
    @Option(help: "The company's number, where the database holds several.") var company: String?
    @Option(help: "The language: en, zh-Hans or zh-Hant; the terminal's without it.") var language: String?
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let language = try Language.asked(language)
        let data = try AdoptCommand.contents(of: charter)
        let desktop = try await Desktop.open(try await options.settings())
        do {
            let draft = try read(data, desktop, language)
            let organisation = try await organisation(in: desktop)
            let report = WhatIfReport(
                try await desktop.services.members.whatIf(draft, in: organisation.id), draft: draft,
                company: organisation.name, language: language)
            print(json ? try report.json() : report.text)
        } catch is MemberService.NoProgramme {
            throw Stop(
                "the company's rules in force have no part “membership:” with tiers, so there is nothing to compare",
                "公司现行制度没有带等级的“membership:”部分，无从比较")
        }
        try await desktop.close()
    }

    private func read(_ data: Data, _ desktop: Desktop, _ language: Language) throws -> Charter {
        switch desktop.charterFiles.read(Array(data), file: charter, for: .use) {
        case .refused(let faults):
            throw Stop(asIs: faults.map { $0.text(in: language) }.joined(separator: "\n"))
        case .charter(let draft, _):
            guard let programme = draft.membership, !programme.tiers.isEmpty else {
                throw Stop(
                    "\(charter) has no part “membership:” with tiers; name a draft with one, such as Charters/design.yaml",
                    "\(charter)没有带等级的“membership:”部分；请用有会员制度的文件，例如 Charters/design.yaml")
            }
            return draft
        }
    }

    private func organisation(in desktop: Desktop) async throws -> Organisation {
        let all = try await desktop.database.read(.everyCompany) { try OrganisationStore($0).organisations() }
        let list = all.map { "\($0.id) \($0.name)" }.joined(separator: ", ")
        if let company {
            guard let found = all.first(where: { $0.id.description == company }) else {
                throw Stop.misuse("--company", company, expected: ("one of: \(list)", "其中之一：\(list)"))
            }
            return found
        }
        guard let only = all.first else {
            throw Stop("the database holds no company yet", "数据库里还没有公司")
        }
        guard all.count == 1 else {
            throw Stop.misuse(
                "the database holds several companies: name one with --company, of \(list)",
                "数据库里有几家公司：请用 --company 指定一家，有 \(list)")
        }
        return only
    }
}
