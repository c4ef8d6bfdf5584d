import Primitives

/// A person's name seal, read from the right: two characters get 之印, three 印.
struct SealPart: TemplateRow {
    let label: String
    /// Each a `Mark`.
    let marks: HTML

    enum Tag: String, CaseIterable {
        case label, marks
    }

    func text(_ tag: Tag) -> String? { tag == .label ? label : nil }
    func html(_ tag: Tag) -> HTML? { tag == .marks ? marks : nil }

    struct Mark: TemplateRow {
        let character: String
        let x: String
        let y: String
        let size: String

        enum Tag: String, CaseIterable {
            case character, x, y, size
        }

        func text(_ tag: Tag) -> String? {
            switch tag {
            case .character: character
            case .x: x
            case .y: y
            case .size: size
            }
        }
    }

    static func marks(of name: String) -> [Mark] {
        let isHan = name.unicodeScalars.allSatisfy { $0.properties.isIdeographic || $0 == "·" }
        guard isHan else {
            return [Mark(character: String(name.prefix(1)).uppercased(), x: "24", y: "24", size: "26")]
        }
        var characters = name.filter { $0 != "·" }.prefix(4).map(String.init)
        if characters.count == 2 { characters += ["之", "印"] }
        if characters.count == 3 { characters += ["印"] }
        let places = [("34", "14.6"), ("34", "33.6"), ("14", "14.6"), ("14", "33.6")]
        return zip(characters, places).map { Mark(character: $0, x: $1.0, y: $1.1, size: "19") }
    }
}
