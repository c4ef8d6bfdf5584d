@testable import Customers
import Organisations
import Policy
import Primitives
import Storage
import Testing

struct PermissionTests {
    /// An act on one customer, and what it needs besides reading.
    struct Act: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let needs: Action
        let perform: @Sendable (Desk, Customer, Principal) async throws -> Void

        static let all = [
            Act(testDescription: "find", needs: .readCustomers) { desk, customer, principal in
                _ = try await desk.customers.find(customer.id, by: principal)
            },
            Act(testDescription: "timeline", needs: .readCustomers) { desk, customer, principal in
                _ = try await desk.customers.timeline(of: customer.id, by: principal)
            },
            Act(testDescription: "update", needs: .writeCustomers) { desk, customer, principal in
                var input = CustomerInput(customer)
                input.notes = "改"
                _ = try await desk.customers.update(
                    customer.id, revision: customer.revision, to: input, by: principal)
            },
            Act(testDescription: "assign", needs: .writeCustomers) { desk, customer, principal in
                _ = try await desk.customers.assign(
                    customer.id, revision: customer.revision, to: desk.red.northClerk, by: principal)
            },
            Act(testDescription: "reveal", needs: .revealCustomers) { desk, customer, principal in
                _ = try await desk.customers.reveal(
                    [.phone], of: customer.people[0].id, in: customer.id, reason: "核对", by: principal)
            },
        ]
    }

    @Test(arguments: Act.all)
    func `without the permission every act is denied`(act: Act) async throws {
        let desk = try await Desk()
        let customer = try await desk.fileNorth()
        var may: [Action: Scope] = [.readCustomers: .all, .writeCustomers: .all, .revealCustomers: .all]
        may[act.needs] = nil
        let principal = desk.red.clerk(may)
        await #expect(throws: Denial(action: act.needs, post: "clerk")) {
            try await act.perform(desk, customer, principal)
        }
    }

    @Test(arguments: Act.all, Scope.allCases)
    func `each scope reaches as far as it says`(act: Act, scope: Scope) async throws {
        let desk = try await Desk()
        let customer = try await desk.fileNorth()
        let red = desk.red
        // Who holds the scope, and whether the customer of the north's clerk lies within.
        let holders: [(Principal, Bool)] = [
            (red.principal(red.northClerk, in: red.north, [:]), true),
            (red.principal(red.northColleague, in: red.north, [:]), scope != .own),
            (red.principal(red.southClerk, in: red.south, [:]), scope == .all),
            (red.principal(red.manager, in: red.headquarters, [:]), scope >= .subtree),
        ]
        for (holder, isWithin) in holders {
            var may: [Action: Scope] = [.readCustomers: .all, .writeCustomers: .all, .revealCustomers: .all]
            may[act.needs] = scope
            let principal = red.principal(holder.staff, in: holder.unit, may)
            let current = try await desk.customers.find(customer.id, by: red.boss)
            if isWithin {
                try await act.perform(desk, current, principal)
            } else if act.needs == .readCustomers {
                await #expect(throws: StorageError.notFound("customer \(customer.id)")) {
                    try await act.perform(desk, current, principal)
                }
            } else {
                // Only a wider scope would do.
                let wanted = Scope.allCases.first { $0 > scope } ?? .all
                await #expect(throws: Denial(action: act.needs, post: "clerk", wanted: wanted)) {
                    try await act.perform(desk, current, principal)
                }
            }
        }
    }

    @Test(arguments: Act.all)
    func `another company's customer is not there`(act: Act) async throws {
        let desk = try await Desk()
        let customer = try await desk.fileNorth()
        await #expect(throws: StorageError.notFound("customer \(customer.id)")) {
            try await act.perform(desk, customer, desk.blue.boss)
        }
        #expect(try await desk.customers.list(by: desk.blue.boss).items.isEmpty)
        for query in ["张三", "zs", "5678", "13812345678", customer.reference] {
            #expect(try await desk.customers.search(query, by: desk.blue.boss).items.isEmpty)
        }
    }

    @Test func `a customer is filed only where the permission reaches`() async throws {
        let desk = try await Desk()
        let red = desk.red
        let own = red.clerk([.writeCustomers: .own])
        #expect(try await desk.customers.file(.zhangSan(), by: own).owner == red.northClerk)
        var foreign = CustomerInput.zhangSan()
        foreign.owner = red.southClerk
        foreign.unit = red.south
        for principal in [own, red.clerk([.writeCustomers: .unit]), red.clerk([.writeCustomers: .subtree])] {
            await #expect(throws: Denial.self) { try await desk.customers.file(foreign, by: principal) }
        }
        await #expect(throws: Denial.self) {
            try await desk.customers.file(.zhangSan(), by: red.clerk([.readCustomers: .all]))
        }
        var misplaced = CustomerInput.zhangSan()
        misplaced.unit = desk.blue.north
        await #expect(throws: FormFaults.self) { try await desk.customers.file(misplaced, by: red.boss) }
    }

    @Test func `nobody gives a customer to where the permission does not reach`() async throws {
        let desk = try await Desk()
        let customer = try await desk.fileNorth()
        for scope in [Scope.own, .unit, .subtree] {
            let clerk = desk.red.clerk([.readCustomers: .all, .writeCustomers: scope])
            await #expect(throws: Denial.self) {
                try await desk.customers.assign(customer.id, revision: 1, to: desk.red.southClerk, by: clerk)
            }
        }
    }

    @Test(arguments: Scope.allCases)
    func `what is listed opens, and what opens is listed and found`(scope: Scope) async throws {
        let desk = try await Desk()
        let red = desk.red
        var all: [CustomerID] = []
        for (owner, unit) in [
            (red.northClerk, red.north), (red.northColleague, red.north), (red.southClerk, red.south),
            (red.manager, red.headquarters), (red.northClerk, red.south),
        ] {
            for _ in 0..<3 {
                var input = CustomerInput.zhangSan()
                input.owner = owner
                input.unit = unit
                all.append(try await desk.customers.file(input, by: red.boss).id)
            }
        }
        for (staff, unit) in [
            (red.northClerk, red.north), (red.southClerk, red.south), (red.manager, red.headquarters),
        ] {
            let principal = red.principal(staff, in: unit, [.readCustomers: scope])
            var opens = Set<CustomerID>()
            for id in all where (try? await desk.customers.find(id, by: principal)) != nil { opens.insert(id) }
            let mine = staff == red.northClerk ? 6 : 3
            #expect(scope != .own || opens.count == mine)
            #expect(scope != .all || opens.count == all.count)
            #expect(Set(try await desk.customers.list(by: principal).items.map(\.id)) == opens)
            for query in ["张三", "zs", "zhang", "5678", "13812345678", "张三 5678"] {
                #expect(Set(try await desk.customers.search(query, by: principal).items.map(\.id)) == opens)
            }
        }
    }
}

extension Desk {
    /// 张三, who belongs to the north's clerk.
    func fileNorth() async throws -> Customer {
        try await customers.file(.zhangSan(), by: red.clerk([.writeCustomers: .own]))
    }
}
