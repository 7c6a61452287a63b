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

    private val day: JsonObject = Json.parseToJsonElement(village.resolve("day.json").readText()).jsonObject
    private val captures: JsonArray = day.getValue("captures").jsonArray

    /** Short names of the captures, in the order of the day. */
    val labels: List<String> = captures.map { it.jsonObject.text("id") }

    /** Whose day it is. */
    val worker: String get() = day.getValue("cadre").jsonObject.text("id")

    /** The script of a day on which nothing was captured yet. */
    fun morning(): String = JsonObject(day + ("captures" to JsonArray(emptyList()))).toString()

    /** Ids that captures have before they are saved, for those that name one another. */
    private val ids: Map<String, String> =
        labels.withIndex().associate { (at, label) -> label to "01JR%022d".format(at) }

    /** The golden forms, made by an independent program. */
    private val golden: JsonArray =
        Json.parseToJsonElement(village.resolve("expected/envelopes.json").readText()).jsonArray

    /** The systems that get forms. */
    val systems: Set<String> by lazy { golden.map { it.jsonObject.text("system") }.toSet() }

    /** System and its id of the case, for the golden forms of a capture that close one. */
    fun references(capture: String): Set<Pair<String, String>> = of(capture)
        .mapNotNull { form -> form["ref"]?.let { form.text("system") to it.jsonPrimitive.content } }
        .toSet()

    /** Numbers of the persons whom golden member forms of a capture are about. */
    fun persons(capture: String): Set<String> =
        of(capture).mapNotNull { it["about"]?.jsonPrimitive?.content }.toSet()

    private fun of(capture: String): List<JsonObject> =
        golden.map { it.jsonObject }.filter { it.text("capture") == capture }

    /** A form as plain text, alike for ours and the golden ones; fields in the form's order. */
    data class Plain(
        val form: String,
        val fields: List<Pair<String, String>>,
        val auto: List<Pair<String, String>>,
        val photos: List<Triple<String, String, String?>>,
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
                form.getValue("photos").jsonArray.map { it.jsonObject }.map {
                    Triple(it.text("slot"), it.text("photo"), it["file"]?.jsonPrimitive?.content)
                },
            )
        }
        .toSet()

    /** A filled form in the same shape. */
    fun plain(envelope: Envelope): Plain = Plain(
        "${envelope.system}.${envelope.form}",
        envelope.fields.map { it.id to it.value },
        envelope.auto.map { it.id to it.value },
        envelope.photos.map { Triple(it.slot, it.photo, it.file) },
    )

    /**
     * A capture of the day as an app would hand it over, with photographs drawn into [camera]. [person] finds
     * the entity id of a member whom the script names by number, [case] the id of a case that it names by label.
     */
    suspend fun draft(
        label: String,
        camera: Path,
        case: suspend (String) -> String,
        person: suspend (String) -> String,
    ): Draft = draft(label, camera, person).copy(
        id = ids.getValue(label),
        subject = subject(label)?.let { subject ->
            when (subject.text("type")) {
                "issue" -> CaptureSubject.Case(case(subject.text("key")))
                else -> CaptureSubject.Entity("${subject.text("type")}:${subject.text("key")}")
            }
        },
        links = (capture(label)["links"] as? JsonArray).orEmpty().map { ids.getValue(it.jsonPrimitive.content) },
        track = (capture(label)["track"] as? JsonObject)?.let(::track),
    )

    private fun capture(label: String): JsonObject = captures.map { it.jsonObject }.single { it.text("id") == label }

    private fun subject(label: String): JsonObject? = capture(label)["subject"] as? JsonObject

    /** What an app makes of a walk: its length here is what the worker really walked. */
    private fun track(track: JsonObject): Track {
        val fixes = track.getValue("fixes").jsonArray.map { it.jsonArray }
        return Track(
            startedAt = instant(fixes.first()[0].jsonPrimitive.content),
            endedAt = instant(fixes.last()[0].jsonPrimitive.content),
            firstGrid = grid(fixes.first()),
            lastGrid = grid(fixes.last()),
            lengthM = track.getValue("truth").jsonObject.text("length_m").toDouble(),
            plots = emptyList(),
        )
    }

    /** The grid in which a fix `[time, longitude, latitude, accuracy]` lies. */
    private fun grid(fix: JsonArray): String? {
        val (x, y) = fix[1].jsonPrimitive.content.toDouble() to fix[2].jsonPrimitive.content.toDouble()
        return grids.firstOrNull { (_, ring) ->
            // A ray to the east crosses the outline an odd number of times.
            ring.zipWithNext().count { (a, b) ->
                (a.second > y) != (b.second > y) &&
                    x < (b.first - a.first) * (y - a.second) / (b.second - a.second) + a.first
            } % 2 == 1
        }?.first
    }

    /** Code and outline of each grid. */
    private val grids: List<Pair<String, List<Pair<Double, Double>>>> by lazy {
        Json.parseToJsonElement(register.resolve("网格.geojson").readText())
            .jsonObject.getValue("features").jsonArray.map { it.jsonObject }.map { feature ->
                val ring = feature.getValue("geometry").jsonObject.getValue("coordinates").jsonArray[0].jsonArray
                val code = feature.getValue("properties").jsonObject.text("WGDM")
                code to ring.map { it.jsonArray }.map { point ->
                    point[0].jsonPrimitive.content.toDouble() to point[1].jsonPrimitive.content.toDouble()
                }
            }
    }

    /**
     * A capture as an app hands it over, without what names other captures and cases.
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
            answers = venue(capture) + capture.getValue("inputs").jsonArray.map { it.jsonObject }.map { input ->
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

    /** The venue follows from where the worker stands; nobody enters it. */
    private fun venue(capture: JsonObject): List<Answer> = listOfNotNull(
        capture["venue"]?.takeIf { it !is JsonNull }?.let { Answer("activity.venue", it.jsonPrimitive.content) },
    )

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
