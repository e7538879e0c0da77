package dev.callbridge.matrix.appservice;

import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/// Errors as Matrix writes them.
final class MatrixError {

    private MatrixError() {}

    static Map<String, String> body(String code, String message) {
        return Map.of("errcode", code, "error", message);
    }

    static ResponseEntity<Object> of(HttpStatus status, String code, String message) {
        return ResponseEntity.status(status).body(body(code, message));
    }
}
