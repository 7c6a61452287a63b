package fieldwork

import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlin.io.path.writeText
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** The whole day, handed over as an app hands it over. */
class GoldenDayTest {
    @TempDir
    lateinit var folder: Path

    @Test
    fun `the day gives all 31 golden forms through the bindings`() = runBlocking {
        UpstreamDouble().use { upstream ->
            HubProcess(folder.resolve("county"), upstream).use { hub ->
                morning(hub)
                withTimeout(300.seconds) {
                    Workspace.open(folder.resolve("phone")).use { phone ->
                        phone.enrol(hub.address, hub.invite(Fixture.worker))
                        phone.sync()
                        day(phone)
                    }
                }
            }
        }
    }

    private suspend fun day(phone: Workspace) {
        val person: suspend (String) -> String = { number -> phone.find(number, 1).single().entity }
        val case: suspend (String) -> String = { label -> phone.cases().single { it.label == label }.id }
        var forms = 0
        for (label in Fixture.labels) {
            val draft = Fixture.draft(label, folder.resolve("camera"), case, person)
            val asking = phone.ask(draft)
            assertEquals(emptyList<Question>(), asking.required, label)
            assertEquals(emptyList<RefusedAnswer>(), asking.refused, label)
            assertTrue(asking.photos.all { it.required == 0u }, label)
            val first = phone.ask(draft.copy(answers = emptyList())).required.map { it.concept }
            assertEquals(asked.getOrDefault(label, first), first, label)
            val saved = phone.save(draft)
            val filled = phone.envelopes(saved.id)
            explained(phone.explain(saved.id), filled, label)
            val whole = filled.filterIsInstance<FilledForm.Whole>().map { it.envelope }
            assertEquals(whole.size, filled.size, label)
            // The village's own ledger is no upstream.
            val sent = whole.filter { it.system in Fixture.systems }
            val expected = Fixture.expected(label, *Fixture.systems.toTypedArray())
            assertEquals(expected, sent.map(Fixture::plain).toSet(), label)
            assertEquals(expected.size, sent.size, label)
            assertEquals(Fixture.references(label), sent.mapNotNull(::known).toSet(), label)
            val about = Fixture.persons(label).map { person(it) }.toSet()
            assertEquals(about, sent.mapNotNull { it.about }.toSet(), label)
            forms += sent.size
        }
        assertEquals(31, forms)
        assertEquals(emptyList<MendTask>(), phone.tasks())
    }

    /** What a screen asks first, before anything was said. */
    private val asked = mapOf(
        "C09" to listOf("issue.type", "issue.text", "issue.demand", "issue.due"),
        "C06" to listOf("visit.unchanged", "visit.text"),
    )

    private fun explained(forms: List<ExplainedForm>, filled: List<FilledForm>, label: String) {
        assertEquals(filled, forms.map { it.form }, label)
        for (one in forms) {
            val envelope = (one.form as FilledForm.Whole).envelope
            for (field in envelope.fields + envelope.auto) {
                val box = one.boxes.single { it.field == field.id }
                assertEquals(field.value, box.value, label)
                assertTrue(box.chinese.isNotEmpty() && box.english.size == box.chinese.size, label)
            }
        }
    }

    private fun known(envelope: Envelope): Pair<String, String>? =
        (envelope.reference as? Reference.Known)?.let { envelope.system to it.id }

    /** The cases that were open in the morning come from a colleague's phone. */
    private fun morning(hub: HubProcess) {
        val script = folder.resolve("morning.json").also { it.writeText(Fixture.morning()) }
        val store = folder.resolve("colleague").toString()
        phone(store, "enrol", "--hub", hub.address, "--code", hub.invite(Fixture.worker))
        phone(store, "play", script.toString())
        phone(store, "sync")
    }

    private fun phone(store: String, vararg arguments: String) {
        val log = Files.createTempFile(folder, "phone", ".log").toFile()
        val program = listOf(System.getProperty("fieldwork.cli"), "phone", "--store", store) + arguments
        val process = ProcessBuilder(program).redirectErrorStream(true).redirectOutput(log).start()
        check(process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0) { log.readText() }
    }
}
