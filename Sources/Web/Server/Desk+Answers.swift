import Cases
import Customers
import HTTPTypes
import Hummingbird
import NIOCore
import Organisations
import Policy
import Primitives
import Storage

extension Desk {
    /// A page in the reader's language.
    func html(
        _ page: Any, _ template: String, _ context: StaffContext, status: HTTPResponse.Status = .ok
    ) -> Response {
        html(page, template, in: context.language, status: status)
    }

    /// A page of plain tags.
    func html(_ page: HTML) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: page.bytes)))
    }

    func html(_ page: Any, _ template: String, in language: Language, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: templates.render(page, template, in: language))))
    }

    /// The parts of a form, with the lists and pickers that its fields need.
    func fieldParts(
        of fields: [FormField], input: Fields, query: String, faults: FormFaults?, frame: Frame, principal: Principal,
        known: @Sendable (String) -> FieldValue? = { _ in nil }, of detail: CaseService.Detail? = nil
    ) async throws -> [FieldPart] {
        let kinds = fields.map(\.kind)
        let reach = try? principal.reach(.readPeople)
        var lists = try await database.read(for: principal.organisation) { transaction in
            let store = OrganisationStore(transaction)
            var lists = FieldPart.Lists()
            if kinds.contains(.staff) {
                lists.staff = try store.staff(of: principal.organisation, within: reach ?? .units(principal.subtree))
                    .filter { $0.leftOn == nil }.map {
                        FieldPart.Option(key: $0.id.description, title: $0.name + " " + $0.unitName, isPicked: false)
                    }
            }
            if kinds.contains(.unit) {
                lists.units = try store.openUnits(of: principal.organisation).map {
                    FieldPart.Option(key: $0.id.description, title: $0.name, isPicked: false)
                }
            }
            lists.posts = (frame.charter?.posts ?? []).map {
                FieldPart.Option(key: $0.key, title: $0.title[frame.language], isPicked: false)
            }
            return lists
        }
        if let detail {
            lists.files = detail.attachments.filter { $0.withdrawal == nil }
            lists.filePath = "/cases/\(detail.matter.id)/attachments"
        }
        var pickers: [String: FieldPart.CustomerPicker] = [:]
        for field in fields where field.kind == .customer {
            var picked: FieldPart.CustomerPicker.Picked?
            if let id = input[field.key].flatMap({ CustomerID($0.text) }),
                let reach = try? principal.reach(.readCustomers)
            {
                picked = try await database.read(for: principal.organisation) { transaction in
                    let directory = CustomerDirectory(transaction, principal.organisation)
                    guard try directory.isVisible(id, within: reach), let caption = try directory.captions(of: [id])[id]
                    else { return nil }
                    return FieldPart.CustomerPicker.Picked(
                        id: id.description, name: caption.name, more: caption.maskedPhone + " " + caption.reference)
                }
            }
            let results =
                query.isEmpty
                ? nil : try await PickerResults.find(query, field: field.key, desk: self, principal)
            pickers[field.key] = FieldPart.CustomerPicker(query: query, picked: picked, results: results)
        }
        let seen = Form.read(input, by: fields, known: known, zone: frame.time.zone, at: frame.time.now).fields
        return FieldPart.parts(
            of: fields, input: input, seen: seen, faults: faults, frame: frame, lists: lists, pickers: pickers)
    }
}
