using System;
using System.Collections.Generic;
using System.Threading.Tasks;

static class ExitStatus
{
    /// <summary>
    /// Each task reads or writes something, and throws if that could not be done. What fails does not stop the rest. Return the
    /// result from Main.
    /// </summary>
    public static async Task<int> Run(IReadOnlyDictionary<string, Func<Task>> tasks)
    {
        var failed = 0;
        foreach (var (name, task) in tasks)
        {
            try
            {
                await task();
            }
            // At the top level only: whatever happens in a task, the others run, and the exit status shows it.
            catch (Exception error)
            {
                Console.Error.WriteLine($"{name} failed: {error.Message}");
                failed++;
            }
        }
        if (failed > 0) Console.Error.WriteLine($"{failed} of {tasks.Count} tasks are not done");
        return failed > 0 ? 1 : 0;
    }
}
