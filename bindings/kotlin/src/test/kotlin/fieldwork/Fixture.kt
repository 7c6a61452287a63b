package fieldwork

import java.awt.Color
import java.awt.image.BufferedImage
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.Paths
import java.time.OffsetDateTime
import javax.imageio.ImageIO
import kotlin.io.path.readText
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

/** The village day of the test data, and what it must become. */
object Fixture {
    private val repository: Path = Paths.get(System.getProperty("fieldwork.repository"))
    val village: Path = repository.resolve("tests/fixtures/qinghe")
    val register: Path = village.resolve("register")
    val specs: Path = repository.resolve("specs")

    private val captures: JsonArray =
        Json.parseToJsonElement(village.resolve("day.json").readText()).jsonObject.getValue("captures").jsonArray

    /** The golden forms, made by an independent program. */
    private val golden: JsonArray =
        Json.parseToJsonElement(village.resolve("expected/envelopes.json").readText()).jsonArray

    /** A form as plain text, alike for ours and the golden ones; fields in the form's order. */
    data class Plain(
        val form: String,
        val fields: List<Pair<String, String>>,
        val auto: List<Pair<String, String>>,
        val photos: List<Pair<String, String>>,
    )

    /** The golden forms of a capture that go to any of [systems]. */
    fun expected(capture: String, vararg systems: String): Set<Plain> = golden
        .map { it.jsonObject }
        .filter { it.text("capture") == capture && it.text("system") in systems }
        .map { form ->
            Plain(
                "${form.text("system")}.${form.text("form")}",
                pairs(form.getValue("fields")),
                pairs(form.getValue("auto")),
                form.getValue("photos").jsonArray.map { it.jsonObject.text("slot") to it.jsonObject.text("photo") },
            )
        }
        .toSet()

    /** A filled form in the same shape. */
    fun plain(envelope: Envelope): Plain = Plain(
        "${envelope.system}.${envelope.form}",
        envelope.fields.map { it.id to it.value },
        envelope.auto.map { it.id to it.value },
        envelope.photos.map { it.slot to it.photo },
    )

    /**
     * A capture of the day as an app would hand it over, with photographs drawn into [camera]. [person] finds
     * the entity id of a member whom the script names by number.
     */
    suspend fun draft(label: String, camera: Path, person: suspend (String) -> String): Draft {
        val capture = captures.map { it.jsonObject }.single { it.text("id") == label }
        val photos = (capture["photos"] as? JsonArray).orEmpty().map { it.jsonObject }
        return Draft(
            kind = capture.text("kind"),
            label = label,
            at = instant(capture.text("at")),
            place = place(capture.getValue("place").jsonObject),
            subject = (capture["subject"] as? JsonObject)?.let {
                CaptureSubject.Entity("${it.text("type")}:${it.text("key")}")
            },
            answers = capture.getValue("inputs").jsonArray.map { it.jsonObject }.map { input ->
                Answer(
                    concept = input.text("concept"),
                    value = input.text("value"),
                    about = when (val about = input["about"]?.jsonPrimitive?.content) {
                        null -> null
                        "new" -> About.Newcomer(about)
                        else -> About.Entity(person(about))
                    },
                )
            },
            photos = photos.map { photo ->
                Photo(
                    path = draw(camera.resolve("${photo.text("name")}.jpg")),
                    name = photo.text("name"),
                    stage = photo.text("stage"),
                    view = photo["view"]?.takeIf { it !is JsonNull }?.jsonPrimitive?.content,
                    at = instant(photo.text("at")),
                    place = place(photo),
                    azimuthDeg = photo["azimuth_deg"]?.jsonPrimitive?.content?.toUShort(),
                )
            },
        )
    }

    /** A small JPEG that differs from name to name. */
    fun draw(file: Path): Path {
        val image = BufferedImage(320, 240, BufferedImage.TYPE_INT_RGB)
        val seed = file.fileName.toString().hashCode()
        for (x in 0 until image.width) for (y in 0 until image.height) {
            image.setRGB(x, y, Color((x + seed) and 255, (y * 2) and 255, (seed ushr 8) and 255).rgb)
        }
        Files.createDirectories(file.parent)
        check(ImageIO.write(image, "jpeg", file.toFile())) { "no JPEG writer" }
        return file
    }

    private fun place(at: JsonObject) = Place(
        longitudeDeg = at.text("lon").toDouble(),
        latitudeDeg = at.text("lat").toDouble(),
        accuracyM = at.text("accuracy_m").toFloat(),
    )

    private fun instant(text: String) = OffsetDateTime.parse(text).toInstant()

    private fun pairs(element: JsonElement) = element.jsonObject.map { (id, value) -> id to value.jsonPrimitive.content }

    private fun JsonObject.text(name: String): String = getValue(name).jsonPrimitive.content
}
