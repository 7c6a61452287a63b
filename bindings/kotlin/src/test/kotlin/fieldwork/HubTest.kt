package fieldwork

import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.deleteExisting
import kotlin.io.path.writeText
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.json.jsonPrimitive
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestInstance
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir

/** A phone, a real hub and an upstream: the whole way of a capture. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HubTest {
    private lateinit var folder: Path
    private lateinit var upstream: UpstreamDouble
    private lateinit var hub: HubProcess

    @BeforeAll
    fun start(@TempDir shared: Path) {
        folder = shared
        upstream = UpstreamDouble()
        hub = HubProcess(shared, upstream)
    }

    @AfterAll
    fun stop() {
        if (::hub.isInitialized) hub.close()
        upstream.close()
    }

    /** A phone that has just been enrolled for a worker. */
    private fun onPhone(worker: String = "K05", block: suspend (Workspace) -> Unit) = runBlocking {
        withTimeout(120.seconds) {
            Workspace.open(Files.createTempDirectory(folder, "phone")).use { phone ->
                phone.enrol(hub.address, hub.invite(worker))
                block(phone)
            }
        }
    }

    private suspend fun Workspace.draft(label: String): Draft =
        Fixture.draft(label, folder.resolve("camera")) { number -> find(number, 1).single().entity }

    private suspend fun Workspace.whole(capture: String): List<Envelope> =
        envelopes(capture).filterIsInstance<FilledForm.Whole>().map { it.envelope }

    @Test
    fun `a capture saved once is delivered once, and its receipt comes back`() = onPhone { phone ->
        assertEquals("K05", phone.enrolment()?.worker)
        val draft = phone.draft("C12")
        val saved = phone.save(draft)
        draft.photos.forEach { it.path.deleteExisting() }
        val envelope = phone.whole(saved.id).single { it.system == "wg" }

        val steps = mutableListOf<SyncStep>()
        val report = phone.sync { steps += it }
        assertEquals(2u, report.photosSent)
        assertEquals(emptyList<String>(), report.refusals)
        assertEquals(SyncStep.Records, steps.first())
        assertTrue(SyncStep.Photos(0u, 2u) in steps, "$steps")

        var receipts = emptyList<Receipt>()
        while (receipts.none { it.system == "wg" }) {
            delay(100.milliseconds)
            val again = phone.sync()
            assertEquals(0u to 0u, again.photosSent to again.entriesSent)
            receipts = phone.receipts(saved.id)
        }
        val receipt = receipts.single { it.system == "wg" }
        assertEquals(ReceiptState.DELIVERED, receipt.state, receipt.reason)
        assertEquals(envelope.key, receipt.key)
        assertTrue(receipt.upstreamRef.orEmpty().startsWith("WG-TEST-"), "${receipt.upstreamRef}")

        val message = upstream.messages.single { it.key == envelope.key }
        for (field in envelope.fields + envelope.auto) {
            assertEquals(field.value, message.body.getValue(field.id).jsonPrimitive.content)
        }
        assertEquals(2, message.body.getValue("fj").jsonPrimitive.content.split(',').size)

        val case = phone.cases().single { it.openedBy == saved.id }
        assertEquals(false, case.open)
        val history = phone.timeline(case.id)
        assertTrue(history.first() is TimelineItem.Captured && history.last() is TimelineItem.Answered, "$history")
    }

    @Test
    fun `forms equal the golden ones, value by value`() = onPhone { phone ->
        val labels = listOf("C02", "C04", "C05", "C06", "C07", "C08", "C09", "C10", "C12")
        val saved = labels.associateWith { phone.save(phone.draft(it)) }
        for ((label, capture) in saved) {
            val expected = Fixture.expected(label, "wg", "ffp")
            assertTrue(expected.isNotEmpty(), label)
            val filled = phone.whole(capture.id).filter { it.system in setOf("wg", "ffp") }
            assertEquals(expected, filled.map(Fixture::plain).toSet(), label)
            assertEquals(expected.size, filled.size, label)
        }
        // A phone also gets what colleagues captured.
        val ids = saved.values.map { it.id }
        val listed = phone.captures().filter { it.id in ids }
        assertEquals(labels, listed.map { it.label })
        assertEquals(CaptureSubject.Entity("household:990101100201000031"), listed[1].subject)
        assertEquals("事件名称", phone.whole(saved.getValue("C12").id).first { it.system == "wg" }.fields.first().label)
    }

    @Test
    fun `what cannot be taken is refused by name and leaves nothing behind`() = onPhone { phone ->
        // A phone also gets what colleagues captured.
        val before = phone.captures()
        val good = phone.draft("C12")
        val broken = folder.resolve("broken.jpg").also { it.writeText("not a photograph") }
        val spoilt = mapOf(
            "photo" to good.copy(photos = good.photos.map { it.copy(path = broken) }),
            "issue.type" to good.copy(answers = listOf(Answer("issue.type", "farm_moat"))),
            "kind" to good.copy(kind = "check_in"),
            "subject" to good.copy(subject = CaptureSubject.Entity("household:990101100201999999")),
        )
        for ((what, draft) in spoilt) {
            val refused = assertThrows<FieldworkException.Invalid>(what) { phone.save(draft) }
            assertTrue(what in refused.reason, refused.reason)
        }
        assertEquals(before, phone.captures())
        phone.save(good)
        assertEquals(before.size + 1, phone.captures().size)
    }

    @Test
    fun `a form that cannot be made says which field and which concept would help`() = onPhone { phone ->
        val draft = phone.draft("C12")
        val saved = phone.save(draft.copy(answers = draft.answers.filter { it.concept != "issue.text" }))
        val stopped = phone.envelopes(saved.id).filterIsInstance<FilledForm.Stopped>().single { it.form.system == "wg" }
        val problem = stopped.form.problems.single()
        assertEquals(Obstacle.MISSING, problem.obstacle)
        assertEquals("sjms" to "事件描述", problem.field to problem.label)
        assertEquals(listOf("issue.text"), problem.concepts)
    }

    @Test
    fun `a code that was never given out enrols nobody`(): Unit = runBlocking {
        Workspace.open(Files.createTempDirectory(folder, "phone")).use { phone ->
            assertThrows<FieldworkException.NotEnrolled> { phone.enrol(hub.address, "0000-0000-0000-0000") }
            assertEquals(null, phone.enrolment())
        }
    }

    @Test
    fun `what a callback throws stops the sync and comes out as it was thrown`() = onPhone { phone ->
        phone.save(phone.draft("C12"))
        val thrown = assertThrows<IllegalStateException> { phone.sync { error("the screen is gone") } }
        assertEquals("the screen is gone", thrown.message)
        val fatal = AssertionError("even this")
        // Coroutines may hand out a copy, to show both stacks; the original is then its cause.
        val caught = assertThrows<AssertionError> { phone.sync { throw fatal } }
        assertSame(fatal, caught.cause ?: caught)
        assertEquals(2u, phone.sync().photosSent)
    }

    @Test
    fun `a callback that throws into the core itself stops the sync without its text`(): Unit = runBlocking {
        BlockingWorkspace.open(Files.createTempDirectory(folder, "phone")).use { core ->
            core.enrol(hub.address, hub.invite("K05"))
            val progress = object : SyncProgress {
                override fun step(step: SyncStep): Boolean = throw IllegalStateException("王伟 13800000000")
            }
            val stopped = assertThrows<FieldworkException.Stopped> { core.sync(progress) }
            assertEquals("the progress callback failed", stopped.reason)
            core.sync(null)
            core.shutdown()
        }
    }

    @Test
    fun `whoever stops collecting stops the sync, and the next one ends it`() = onPhone { phone ->
        phone.save(phone.draft("C12"))
        assertEquals(SyncEvent.Step(SyncStep.Records), phone.syncing().first())
        val events = phone.syncing().toList()
        assertTrue(events.last() is SyncEvent.Done, "$events")
        assertEquals(0u, phone.sync().photosSent)
    }

    @Test
    fun `two who differ on one field both see both values until one chooses`() = onPhone("K05") { first ->
        onPhone("K04") { second ->
            val household = "household:990101100201000031"
            first.edit(household, "household.income_pc", "12000")
            second.edit(household, "household.income_pc", "13500")
            first.sync()
            second.sync()
            first.sync()
            for (phone in listOf(first, second)) {
                val conflict = phone.conflicts().single()
                assertEquals(household to "household.income_pc", conflict.subject to conflict.concept)
                assertEquals(setOf("12000" to "K05", "13500" to "K04"), conflict.values.map { it.value to it.author }.toSet())
            }
            val conflict = first.conflicts().single()
            first.resolve(conflict.id, conflict.values.indexOfFirst { it.value == "13500" })
            first.sync()
            second.sync()
            assertEquals(emptyList<Conflict>(), first.conflicts() + second.conflicts())
        }
    }

    @Test
    fun `people are found by name and number, and shown without their numbers`() = onPhone { phone ->
        val found = phone.find("张青山")
        assertTrue(found.isNotEmpty() && found.first().quality == MatchQuality.EXACT, "$found")
        val byNumber = phone.find("990101198609180353").single()
        assertTrue("990101198609180353" !in byNumber.title + byNumber.subtitle, "$byNumber")
    }
}
