package dev.callbridge.matrix.appservice;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.UriUtils;
import tools.jackson.databind.json.JsonMapper;

/// Lets only the homeserver in: who calls must know the `hs_token` of our registration.
public final class HomeserverToken extends OncePerRequestFilter {

    /// Paths that are the homeserver's only.
    public static final List<String> PATHS = List.of("/_matrix/app/*", "/transactions/*", "/users/*", "/rooms/*");

    private static final String BEARER = "Bearer ";
    private static final String PARAMETER = "access_token=";

    private final byte[] token;

    public HomeserverToken(String token) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String said = said(request);
        if (said.isEmpty()) {
            refuse(response, HttpServletResponse.SC_UNAUTHORIZED, "M_UNAUTHORIZED", "A token is missing.");
        } else if (!MessageDigest.isEqual(said.getBytes(StandardCharsets.UTF_8), token)) {
            refuse(response, HttpServletResponse.SC_FORBIDDEN, "M_FORBIDDEN", "The token is wrong.");
        } else {
            chain.doFilter(request, response);
        }
    }

    /// In the header, or in the query as homeservers did before version 1.4 of the specification.
    private static String said(HttpServletRequest request) {
        String header = request.getHeader("Authorization");
        if (header != null && header.startsWith(BEARER)) {
            return header.substring(BEARER.length());
        }
        String query = request.getQueryString();
        return Stream.of((query == null ? "" : query).split("&"))
                .filter(part -> part.startsWith(PARAMETER))
                .map(part -> UriUtils.decode(part.substring(PARAMETER.length()), StandardCharsets.UTF_8))
                .findFirst()
                .orElse("");
    }

    private static void refuse(HttpServletResponse response, int status, String code, String message)
            throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.getWriter().write(JsonMapper.shared().writeValueAsString(MatrixError.body(code, message)));
    }
}
