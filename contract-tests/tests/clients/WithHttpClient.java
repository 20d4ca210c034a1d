import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Pattern;

/** Java's HttpClient with its defaults: an error for each status other than a success. */
class WithHttpClient {
    static final String URL = System.getenv("OPENPROSPECT_API_URL");
    static final String KEY = System.getenv("OPENPROSPECT_API_KEY");
    static final String ORDER =
            "{\"title\": \"Hotels\", \"features\": [\"CONTACTS\"], \"companies\": [{\"company_name\": \"Example Corp\"}]}";
    static final int PAGE = 2;
    static final HttpClient CLIENT = HttpClient.newHttpClient();

    static String call(String method, String path, String body) throws Exception {
        BodyPublisher publisher = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(URL + path))
                .header("Authorization", "Bearer " + KEY)
                .method(method, publisher);
        if (body != null) request.header("Content-Type", "application/json");
        var response = CLIENT.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() >= 300) throw new IllegalStateException("the API returned " + response.statusCode());
        return response.body();
    }

    /** A field by its name: Java has no JSON of its own. */
    static String field(String name, String body) {
        var matcher = Pattern.compile("\"" + name + "\":\\s*\"?([^\",}]*)").matcher(body);
        if (!matcher.find()) throw new IllegalStateException("the response has no " + name);
        return matcher.group(1);
    }

    static void work() throws Exception {
        for (int offset = 0, total = 1; offset < total; offset += PAGE) {
            total = Integer.parseInt(field("total", call("GET", "/orders?limit=" + PAGE + "&offset=" + offset, null)));
        }
        String order = call("POST", "/orders", ORDER);
        String id = field("id", order);
        while (!field("status", order).matches("COMPLETED|CANCELLED")) {
            Thread.sleep(1100);
            order = call("GET", "/orders/" + id, null);
        }
    }

    public static void main(String[] arguments) {
        try {
            work();
        } catch (Exception error) {
            System.err.println(error);
            System.exit(1);
        }
    }
}
