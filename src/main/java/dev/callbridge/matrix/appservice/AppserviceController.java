package dev.callbridge.matrix.appservice;

import dev.callbridge.store.DatabaseUnavailable;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriUtils;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the homeserver calls (Application Service API), with the paths of old homeservers.
@RestController
public final class AppserviceController {

    private static final Logger log = LoggerFactory.getLogger(AppserviceController.class);
    private static final String V1 = "/_matrix/app/v1";

    private final TransactionIntake intake;
    private final Directory directory;

    public AppserviceController(TransactionIntake intake, Directory directory) {
        this.intake = intake;
        this.directory = directory;
    }

    @PutMapping({V1 + "/transactions/{id}", "/transactions/{id}"})
    ResponseEntity<Object> transaction(@PathVariable String id, @RequestBody byte[] body) {
        JsonNode transaction;
        try {
            transaction = JsonMapper.shared().readTree(body);
        } catch (JacksonException _) {
            return MatrixError.of(HttpStatus.BAD_REQUEST, "M_NOT_JSON", "The body is no JSON.");
        }
        try {
            intake.take(id, transaction);
            return ok(Map.of());
        } catch (DatabaseUnavailable e) {
            log.warn("a transaction is not acknowledged: {}", e.getMessage());
            return MatrixError.of(HttpStatus.SERVICE_UNAVAILABLE, "M_UNKNOWN", "The bridge can't write it down now.");
        }
    }

    @GetMapping({V1 + "/users/**", "/users/**"})
    ResponseEntity<Object> user(HttpServletRequest request) {
        return directory.hasUser(rest(request, "/users/"))
                ? ok(Map.of())
                : MatrixError.of(HttpStatus.NOT_FOUND, "M_NOT_FOUND", "There is no such user.");
    }

    /// No room of ours has an alias.
    @GetMapping({V1 + "/rooms/**", "/rooms/**"})
    ResponseEntity<Object> room() {
        return MatrixError.of(HttpStatus.NOT_FOUND, "M_NOT_FOUND", "There is no such room.");
    }

    @PostMapping(V1 + "/ping")
    ResponseEntity<Object> ping() {
        return ok(Map.of());
    }

    /// Whether clients show a dial pad. Homeservers remember the answer for an hour, so it depends on nothing.
    @GetMapping({V1 + "/thirdparty/protocol/{protocol}", "/_matrix/app/unstable/thirdparty/protocol/{protocol}"})
    ResponseEntity<Object> protocol(@PathVariable String protocol) {
        return PhoneProtocol.NAMES.contains(protocol) ? ok(PhoneProtocol.description()) : unknownProtocol();
    }

    @GetMapping({V1 + "/thirdparty/user/{protocol}", "/_matrix/app/unstable/thirdparty/user/{protocol}"})
    ResponseEntity<Object> lookUp(
            @PathVariable String protocol, @RequestParam(name = PhoneProtocol.FIELD, defaultValue = "") String typed) {
        if (!PhoneProtocol.NAMES.contains(protocol)) {
            return unknownProtocol();
        }
        List<?> found = directory.lookUp(typed).stream()
                .map(listed -> PhoneProtocol.entry(protocol, listed))
                .toList();
        return ok(found);
    }

    @GetMapping({V1 + "/thirdparty/user", "/_matrix/app/unstable/thirdparty/user"})
    ResponseEntity<Object> reverse(@RequestParam(name = "userid", defaultValue = "") String userId) {
        List<?> found = directory.reverse(userId).stream()
                .map(listed -> PhoneProtocol.entry(PhoneProtocol.NAMES.getFirst(), listed))
                .toList();
        return ok(found);
    }

    @GetMapping({
        V1 + "/thirdparty/location",
        V1 + "/thirdparty/location/{protocol}",
        "/_matrix/app/unstable/thirdparty/location",
        "/_matrix/app/unstable/thirdparty/location/{protocol}"
    })
    ResponseEntity<Object> location() {
        return ok(List.of());
    }

    @RequestMapping({"/_matrix/app/**", "/transactions/**"})
    ResponseEntity<Object> unrecognized() {
        return MatrixError.of(HttpStatus.NOT_FOUND, "M_UNRECOGNIZED", "Unrecognized request");
    }

    private static ResponseEntity<Object> ok(Object body) {
        return ResponseEntity.ok(body);
    }

    private static ResponseEntity<Object> unknownProtocol() {
        return MatrixError.of(HttpStatus.NOT_FOUND, "M_NOT_FOUND", "There is no such protocol.");
    }

    /// The last part of the path as it was meant: by hand, since it may hold slashes, encoded or not.
    private static String rest(HttpServletRequest request, String after) {
        String path = request.getRequestURI();
        String encoded = path.substring(path.indexOf(after) + after.length());
        return UriUtils.decode(encoded, StandardCharsets.UTF_8);
    }
}
