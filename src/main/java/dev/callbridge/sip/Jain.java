package dev.callbridge.sip;

import gov.nist.core.CommonLogger;
import gov.nist.javax.sip.address.AddressFactoryImpl;
import gov.nist.javax.sip.header.HeaderFactoryImpl;
import gov.nist.javax.sip.message.MessageFactoryImpl;
import gov.nist.javax.sip.message.SIPRequest;
import java.text.ParseException;
import javax.sip.ObjectInUseException;
import javax.sip.Transaction;
import javax.sip.address.AddressFactory;
import javax.sip.header.Header;
import javax.sip.header.HeaderFactory;
import javax.sip.message.Message;
import javax.sip.message.MessageFactory;
import javax.sip.message.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// The stack's factories. Its own loggers are log4j, which isn't here: ours are set before anything else is
/// touched.
final class Jain {

    static {
        CommonLogger.legacyLogger = new Slf4jStackLogger();
    }

    static final MessageFactory MESSAGES = new MessageFactoryImpl();
    static final HeaderFactory HEADERS = new HeaderFactoryImpl();
    static final AddressFactory ADDRESSES = new AddressFactoryImpl();

    /// What we do, and say that we do.
    static final String ALLOW = "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, PRACK";

    /// Extensions that we have: session timers, reliable provisional responses.
    static final String SUPPORTED = "timer, 100rel";

    static final String USER_AGENT = "Callbridge";

    private Jain() {}

    /// Loads this class, and with it the loggers.
    static void prepare() {}

    /// Nobody waits for what comes of it any more.
    static void end(@Nullable Transaction transaction) {
        try {
            if (transaction != null) {
                transaction.terminate();
            }
        } catch (ObjectInUseException e) {
            LoggerFactory.getLogger(Jain.class).debug("a transaction stays", e);
        }
    }

    /// A header with a value of ours or cleaned by [SipText].
    static Header header(String name, String value) {
        try {
            return HEADERS.createHeader(name, value);
        } catch (ParseException e) {
            throw new IllegalArgumentException("no " + name + " header", e);
        }
    }

    /// @param line name, colon and value
    static Header header(String line) {
        int colon = line.indexOf(':');
        return header(line.substring(0, colon), line.substring(colon + 1).strip());
    }

    static Response response(int status, SIPRequest request) {
        try {
            Response response = MESSAGES.createResponse(status, request);
            response.setHeader(header("Server", USER_AGENT));
            return response;
        } catch (ParseException e) {
            throw new IllegalArgumentException("no response " + status, e);
        }
    }

    static void allow(Message message) {
        message.removeHeader("Allow");
        for (String method : ALLOW.split(", ", -1)) {
            message.addHeader(header("Allow", method));
        }
    }

    static void supported(Message message) {
        message.removeHeader("Supported");
        for (String option : SUPPORTED.split(", ", -1)) {
            message.addHeader(header("Supported", option));
        }
    }
}
