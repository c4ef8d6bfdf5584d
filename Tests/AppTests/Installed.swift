@testable import App
import Cases
import Customers
import Foundation
import GRDB
import Organisations
import Policy
import Primitives
import TestSupport
import Web

/// An installation with a shop, a clerk (login `an`), a customer and an open complaint.
enum Installed {
    /// A folder of its own for each test; furnished once.
    static func copy() async throws -> String {
        let folder = try Scratch.folder()
        for name in ["charter.db", "charter.key"] {
            try FileManager.default.copyItem(
                atPath: try await furnished.value + "/" + name, toPath: folder + "/" + name)
        }
        return folder
    }

    private static let furnished = Task {
        let folder = try Scratch.folder()
        let desktop = try await Desktop.open(
            try await Settings(flags: [.data: folder], environment: [:]), creating: true)
        try await furnish(desktop)
        try await desktop.close()
        return folder
    }

    static func furnish(_ desktop: Desktop) async throws {
        let services = desktop.services
        let founding = try await services.organisations.found(
            name: "转角小店", rootUnit: "总店",
            administrator: OrganisationService.NewStaff(
                name: "丁一", login: "ding", password: Shop.password, post: "director", isAdministrator: true),
            charterText: ShopCharter.text, charter: Repository.read(ShopCharter.text),
            organisation: OrganisationID(11))
        _ = try await services.organisations.addStaff(
            OrganisationService.NewStaff(
                name: "安三", login: "an", password: Shop.password, unit: founding.root, post: "clerk",
                isAdministrator: false), by: try await desktop.principal(login: "ding"))
        let clerk = try await desktop.principal(login: "an")
        let customer = try await services.customers.file(
            CustomerInput(
                kind: .person, name: "佘太初", people: [PersonInput(role: .itself, phone: "13812345678")]), by: clerk)
        _ = try await services.cases.start(
            "complaint",
            input: [
                "customer": .text(customer.id.description), "channel": .text("phone"), "content": .text("送错了灯"),
            ], by: clerk)
    }

    /// Changes a database behind the program's back.
    static func tamper(_ path: String, _ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA foreign_keys = OFF; \(sql)") }
        try queue.close()
    }

    static func count(_ path: String, _ table: String) throws -> Int {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? 0 }
    }
}
