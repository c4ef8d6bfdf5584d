import CharterYAML
import Foundation
import Policy
import Primitives

/// The design company's rules as they ship, read once.
let design: Charter = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    do {
        let text = try String(contentsOf: root.appending(path: "Charters/design.yaml"), encoding: .utf8)
        let result = CharterReader.read(
            text, file: "design.yaml", holidays: ["cn": holidays2026], currentYear: 2026)
        guard let charter = result.charter else {
            preconditionFailure(result.errors.map(\.description).joined(separator: "\n"))
        }
        return charter
    } catch {
        preconditionFailure("\(error)")
    }
}()

/// A charter of nothing but these parts.
func smallBook(
    forms: [Form] = [], workflows: [Workflow] = [], offences: [Offence] = [], ladders: [Ladder] = [],
    phrases: [PhraseList] = [], minimumWage: Money? = nil
) -> Charter {
    Charter(
        name: "shop", language: 1, title: words("店"), version: 1, effective: day("2026-01-01"), calendar: shop,
        chapters: [], posts: [], metrics: [], forms: forms, facts: [], workflows: workflows, clauses: [],
        offences: offences, ladders: ladders, phrases: phrases, minimumWage: minimumWage)
}

func words(_ word: String) -> LocalizedText { LocalizedText(simplified: word, traditional: word, english: nil) }

func yuan(_ text: String) -> Money {
    guard let money = Money(yuan: text) else { preconditionFailure("an example of these tests is misspelt: \(text)") }
    return money
}

/// The faults that an act tells of, none where it goes well.
func formFaults(_ act: () throws -> Void) -> [FormFault] {
    do {
        try act()
        return []
    } catch {
        return (error as? FormFaults)?.faults ?? [FormFault("\(error)", .unreadable)]
    }
}
