import Primitives

/// A person's name seal, read from the right: two characters get 之印, three 印.
struct SealPart {
    let label: String
    let marks: [Mark]

    struct Mark {
        let character: String
        let x: String
        let y: String
        let size: String
    }

    init(_ name: String) {
        label = name
        let isHan = name.unicodeScalars.allSatisfy { $0.properties.isIdeographic || $0 == "·" }
        guard isHan else {
            marks = [Mark(character: String(name.prefix(1)).uppercased(), x: "24", y: "24", size: "26")]
            return
        }
        var characters = name.filter { $0 != "·" }.prefix(4).map(String.init)
        if characters.count == 2 { characters += ["之", "印"] }
        if characters.count == 3 { characters += ["印"] }
        let places = [("34", "14.6"), ("34", "33.6"), ("14", "14.6"), ("14", "33.6")]
        marks = zip(characters, places).map { Mark(character: $0, x: $1.0, y: $1.1, size: "19") }
    }
}
