package fieldwork

import java.net.ServerSocket
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.exists
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir

/** What holds with no hub in reach. */
class OfflineTest {
    @TempDir
    lateinit var folder: Path

    private fun <T> inWorkspace(block: suspend (Workspace) -> T): T = runBlocking {
        Workspace.open(folder.resolve("store")).use { block(it) }
    }

    @Test
    fun `a new workspace is empty and knows that it is not enrolled`() = inWorkspace { workspace ->
        assertNull(workspace.enrolment())
        assertNull(workspace.movedAside())
        assertEquals(emptyList<CaptureItem>(), workspace.captures())
        assertEquals(emptyList<Case>(), workspace.cases())
        assertEquals(emptyList<Conflict>(), workspace.conflicts())
        assertTrue(folder.resolve("store").exists())
    }

    @Test
    fun `each thing that an app can mend has an exception of its own`() = inWorkspace { workspace ->
        assertThrows<FieldworkException.NotEnrolled> { workspace.sync() }
        assertThrows<FieldworkException.Invalid> { workspace.enrol("hub without a scheme", "1234") }
        val free = ServerSocket(0).use { it.localPort }
        assertThrows<FieldworkException.Offline> { workspace.enrol("http://127.0.0.1:$free", "1234") }
        val notReady = assertThrows<FieldworkException> { workspace.find("张青山") }
        assertTrue(notReady is FieldworkException.NotReady, "$notReady")
        assertThrows<FieldworkException.Invalid> { workspace.receipts("no id") }
        assertThrows<FieldworkException.Invalid> { workspace.timeline("no id") }
        Unit
    }

    @Test
    fun `an exception says in words what is wrong and repeats nothing personal`() = inWorkspace { workspace ->
        val number = "990101199001010018"
        val refused = assertThrows<FieldworkException.Invalid> { workspace.edit(number, "person.name", "王伟") }
        assertTrue(refused.reason.startsWith("that is no id of an entity"), refused.reason)
        assertEquals(refused.reason, refused.toString())
        assertTrue(number !in refused.toString())
    }

    @Test
    fun `the second process that opens a workspace is told that it is in use`() = inWorkspace {
        val refused = assertThrows<FieldworkException.Storage> { Workspace.open(folder.resolve("store")) }
        assertEquals(StorageFault.IN_USE, refused.fault)
    }

    @Test
    fun `a folder that cannot be made is a storage failure`(): Unit = runBlocking {
        val file = Files.createFile(folder.resolve("file"))
        val refused = assertThrows<FieldworkException.Storage> { Workspace.open(file.resolve("store")) }
        assertEquals(StorageFault.FAILED, refused.fault)
    }

    @Test
    fun `closing twice is harmless and use afterwards says closed`(): Unit = runBlocking {
        val workspace = Workspace.open(folder.resolve("store"))
        workspace.shutdown()
        workspace.shutdown()
        workspace.close()
        assertThrows<FieldworkException.Closed> { workspace.captures() }
        assertThrows<FieldworkException.Closed> { workspace.sync() }
        assertThrows<FieldworkException.Closed> { workspace.enrolment() }
        // The folder is free again.
        Workspace.open(folder.resolve("store")).close()
    }

    @Test
    fun `the generated object shuts down twice, and says closed until it is freed`() {
        val core = BlockingWorkspace.open(folder.resolve("store"))
        core.shutdown()
        core.shutdown()
        assertThrows<FieldworkException.Closed> { core.captures(0u, 1u) }
        core.close()
        core.close()
        assertThrows<IllegalStateException> { core.captures(0u, 1u) }
    }

    @Test
    fun `a negative page is refused before the core sees it`() = inWorkspace { workspace ->
        assertThrows<IllegalArgumentException> { workspace.captures(offset = -1) }
        assertThrows<IllegalArgumentException> { workspace.find("王", limit = -1) }
        Unit
    }

    @Test
    fun `a sync that cannot begin does not call back`() {
        BlockingWorkspace.open(folder.resolve("store")).use { core ->
            val progress = object : SyncProgress {
                override fun step(step: SyncStep): Boolean = throw AssertionError("called")
            }
            assertThrows<FieldworkException.NotEnrolled> { core.sync(progress) }
            core.shutdown()
        }
    }
}
