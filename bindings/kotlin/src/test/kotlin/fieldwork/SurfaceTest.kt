package fieldwork

import java.nio.file.Path
import java.nio.file.Paths
import kotlin.io.path.readLines
import kotlin.io.path.writeLines
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

/** Every exported name and type, so that none changes unnoticed: apps are built against them. */
class SurfaceTest {
    private val repository: Path = Paths.get(System.getProperty("fieldwork.repository"))
    private val generated: Path = Paths.get(System.getProperty("fieldwork.generated"))

    private val outer = Regex("""^(?:public )?(data class|sealed class|enum class|interface|typealias) (\w+)(.*)""")
    private val inner = Regex("""^ {4}(?:data )?(?:class|object) (\w+)\b.*""")
    private val property = Regex("""^\s+val `(\w+)`: (.+)""")
    private val entry = Regex("""^ {4}([A-Z_]+)[,;]$""")
    private val function = Regex("""^ {4}(?:@Throws\(FieldworkException::class\) )?fun `(\w+)`(\(.*)""")

    /** Machinery of the generator, which apps do not touch. */
    private val machinery = Regex("(Ffi|Uniffi|Rust|Foreign|Disposable).*")

    private fun surface(source: List<String>): List<String> {
        val found = mutableSetOf<String>()
        var type = ""
        var variant = ""
        for (line in source) {
            if (line.trimStart().startsWith("*")) continue
            outer.find(line)?.destructured?.let { (kind, name, rest) ->
                type = name.takeUnless { machinery.matches(it) }.orEmpty()
                variant = ""
                if (type != "") found += if (kind == "typealias") "$type$rest" else "${type.removeSuffix("Interface")}: $kind"
                null
            }
            if (line.startsWith("public object") || line.startsWith("internal ") || line.startsWith("private ")) type = ""
            if (line.startsWith("open class ")) type = line.removePrefix("open class ").substringBefore(":").trim()
            if (type == "" || machinery.matches(type)) continue
            val within = if (variant == "") type else "$type.$variant"
            inner.find(line)?.destructured?.let { (name) ->
                variant = name
                found += "$type.$name"
            }
            property.find(line)?.destructured?.let { (name, kind) ->
                found += "${if (variant == "") type else "$type.$variant"}.$name: ${plain(kind)}"
            }
            entry.find(line)?.destructured?.let { (name) -> found += "$within.$name" }
            function.find(line)?.destructured?.let { (name, rest) ->
                found += "${type.removeSuffix("Interface")}.$name${plain(rest.removeSuffix("{"))}"
            }
        }
        // A type before its members.
        return found.sortedBy { it.replaceFirst(": ", " ") }
    }

    private fun plain(text: String) = text
        .replace("`", "").replace("kotlin.", "").replace("fieldwork.", "")
        .substringBefore(") : ").trimEnd(' ', ',')

    @Test
    fun `the exported surface is the one that was agreed`() {
        val actual = surface(generated.resolve("fieldwork/fieldwork.kt").readLines())
        val agreed = repository.resolve("bindings/ffi/surface.txt")
        val seen = repository.resolve("bindings/kotlin/target/surface.txt")
        seen.writeLines(actual)
        val expected = agreed.readLines().filterNot { it.startsWith("#") || it.isBlank() }
        assertEquals(expected, actual, "differs from $agreed; what there is now stands in $seen")
    }
}
