@testable import App
import CharterYAML
import Foundation
import Logging
import Obligations
import Organisations
import Policy
import Primitives
import TestSupport
import Testing
import Web

/// The charters of companies and those that ship, once years have gone by or files have been spoilt.
struct CharterFilesTests {
    /// A year of which nobody knows the holidays.
    private static let later = Instant(rfc3339: "2039-02-01T02:00:00Z") ?? Instant(milliseconds: 0)

    @Test func `a company works on in a year without holidays, and its lint errs`() async throws {
        let folder = try Scratch.folder()
        let settings = try await Settings(flags: [.data: folder], environment: [:])
        let desktop = try await Desktop.open(settings, creating: true, clock: { Self.later })
        let design = try #require(try desktop.charterFiles.shipped().named("design"))
        _ = try await desktop.services.organisations.found(
            name: "转角", rootUnit: "总店",
            administrator: OrganisationService.NewStaff(
                name: "丁一", login: "ding", password: Shop.password, post: "general_manager", isAdministrator: true),
            charterText: design.text, charter: design.charter, organisation: OrganisationID(12))
        let tally = try await desktop.services.clockWork.tick()
        try await desktop.close()
        // Read from the store once more, as after a start.
        let again = try await Desktop.open(settings, clock: { Self.later.adding(hours: 48) })
        _ = try await again.services.clockWork.tick()
        _ = try await again.principal(login: "ding")
        let linted = again.charterFiles.read(Array(design.text.utf8), file: "design.yaml")
        try await again.close()
        #expect(tally.breaches == 0)
        #expect(linted.charter == nil && linted.errors.allSatisfy { $0.code == .noHolidays })
    }

    @Test func `every shipped charter can be founded in any year`() throws {
        let files = try CharterFiles(resources: Repository.root.path(percentEncoded: false), clock: { Self.later })
        let shipped = try files.shipped()
        #expect(shipped.faulty.map(\.name) == [])
        #expect(shipped.whole.map(\.name) == ["airport", "design", "media", "shop"])
    }

    @Test func `a faulty shipped charter is named with its error and leaves the others alone`() async throws {
        let folder = try Self.resources(spoiling: "media")
        let files = try CharterFiles(resources: folder, clock: { Self.later })
        let shipped = try files.shipped()
        #expect(shipped.whole.map(\.name) == ["airport", "design", "shop"])
        let stop = try #require(shipped.faulty.first)
        #expect(shipped.faulty.count == 1 && stop.name == "media")
        #expect(
            stop.stop.description.hasPrefix(
                "a charter that ships with the program cannot be read and is not offered: \(folder)/Charters/media.yaml:"
            ))
        #expect(stop.stop.description.contains(": error: "))
        #expect(throws: Stop.self) { _ = try shipped.named("media") }
        // Those who do not use it found and serve.
        let founded = try await Program.run(
            ["found", "--data", try Scratch.folder(), "--company", "转角", "--charter", "design", "--admin", "ding"],
            environment: ["CHARTER_RESOURCES": folder], input: "open sesame 1\n")
        #expect(founded.status == 0, "\(founded.errors)")
        let refused = try await Program.run(
            ["found", "--data", try Scratch.folder(), "--company", "转角", "--charter", "media", "--admin", "ding"],
            environment: ["CHARTER_RESOURCES": folder], input: "open sesame 1\n")
        #expect(refused.status == 1 && refused.errors.contains("/Charters/media.yaml:"), "\(refused.errors)")
    }

    /// The program's own files, of which one charter is spoilt; it has warnings before its error.
    private static func resources(spoiling name: String) throws -> String {
        let folder = try Scratch.folder()
        let root = Repository.root.path(percentEncoded: false)
        for part in ["Charters", "Resources"] {
            try FileManager.default.copyItem(atPath: root + "/" + part, toPath: folder + "/" + part)
        }
        let path = folder + "/Charters/\(name).yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try Data((text + "\nnonsense: true\n").utf8).write(to: URL(fileURLWithPath: path))
        return folder
    }
}
